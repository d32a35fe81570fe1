import { describe, expect, it } from 'vitest';
import type { GrantedVaultService, GrantPurpose } from '../../../actors/vault/service.ts';
import { Caller } from '../../../src/link/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { another, FakeKdf, namesOf, openVault, PASSWORD, stateOf, type VaultLink } from './fixture.ts';

const ENTRY = { datakey: new Uint8Array(32).fill(7), data: new TextEncoder().encode('hello'), revision: 3n };

const grant = async (vault: VaultLink, keys: string[], purposes: GrantPurpose[], caller = 'a page'): Promise<Caller<GrantedVaultService>> =>
  new Caller<GrantedVaultService>(await vault.call('grant', { caller, keys, purposes }));

describe('given a granted port', () => {
  it('then it signs with its keys for its purposes, and does nothing else (K7)', async () => {
    const { vault } = await openVault();
    const granted = await grant(vault, ['device'], ['message']);
    expect(await granted.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) })).toHaveLength(64);
    expect(namesOf(await granted.call('keys', undefined))).toEqual(['device']);
    expect(await codeOf(granted.call('sign', { key: 'device', purpose: 'registry-entry', entry: ENTRY }))).toBe('FORBIDDEN');
    expect(await codeOf(granted.call('sign', { key: 'developer', purpose: 'message', message: new Uint8Array(1) }))).toBe('FORBIDDEN');
    expect(await codeOf(granted.call('sign', { key: 'nobody', purpose: 'message', message: new Uint8Array(1) })), 'which keys there are is not told').toBe('FORBIDDEN');
    expect(await codeOf(granted.call('unlock', { password: PASSWORD }))).toBe('FORBIDDEN');
    const others = ['exportKeyData', 'lock', 'grant', 'create', 'send', 'snapshot', 'stop'];
    expect(await Promise.all(others.map((name) => codeOf((granted as Caller<never>).call(name as never, { password: PASSWORD } as never))))).toEqual(others.map(() => 'UNSUPPORTED'));
  });

  it('then a port that may unlock has its own attempts, and holds nobody else up (K4)', async () => {
    const { vault } = await another(await openVault());
    const granted = await grant(vault, [], ['unlock'], 'a hostile page');
    for (let i = 0; i < 2; i++) expect(await codeOf(granted.call('unlock', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
    expect(await codeOf(granted.call('unlock', { password: PASSWORD }))).toBe('THROTTLED');
    await vault.call('unlock', { password: PASSWORD });
  });

  it('then a flood of its passwords leaves room for those of others', async () => {
    const kdf = new FakeKdf();
    const { vault } = await another(await openVault(), { kdf });
    const granted = await grant(vault, [], ['unlock'], 'a hostile page');
    const release = kdf.hold();
    const begun = kdf.begun;
    const flood = Array.from({ length: 100 }, () => codeOf(granted.call('unlock', { password: 'wrong' })));
    await begun;
    expect(await Promise.race(flood.toReversed())).toBe('THROTTLED');
    const unlocking = vault.call('unlock', { password: PASSWORD });
    release();
    await unlocking;
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });

  it('then its caller signs only so often, while others are not held up', async () => {
    const { vault, clock } = await openVault({ policy: { grantRate: 5 } });
    const [page, other] = [await grant(vault, ['device'], ['message']), await grant(vault, ['device'], ['message'], 'another page')];
    const sign = (port: typeof page): Promise<unknown> => codeOf(port.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) }));
    const codes = await Promise.all(Array.from({ length: 30 }, () => sign(page)));
    expect(codes.filter((code) => code === 'THROTTLED')).toHaveLength(20);
    expect(await sign(await grant(vault, ['device'], ['message'])), 'another port of one caller').toBe('THROTTLED');
    expect(await sign(other)).toHaveProperty('settled');
    clock.pass(1_000);
    expect(await sign(page)).toHaveProperty('settled');
  });

  it('then it stays when the vault is locked, and ends when it is revoked', async () => {
    const { vault } = await openVault();
    const granted = await grant(vault, ['device'], ['message']);
    const sign = (): Promise<unknown> => codeOf(granted.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) }));
    await vault.call('lock', undefined);
    expect(await sign()).toBe('LOCKED');
    await vault.call('unlock', { password: PASSWORD });
    expect(await sign()).toHaveProperty('settled');
    await vault.call('revoke', { caller: 'a page' });
    expect(await sign()).toBe('WORKER_GONE');
  });

  it.each([{ caller: '', keys: [], purposes: [] }, { caller: 'a', keys: 'device', purposes: [] }, { caller: 'a', keys: [], purposes: ['export'] }, undefined])('then %j is no grant', async (asked) => {
    const { vault } = await openVault();
    expect(await codeOf(vault.call('grant', asked as never))).toBe('INVALID_INPUT');
  });
});
