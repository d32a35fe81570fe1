import { describe, expect, it } from 'vitest';
import { codeOf } from '../../link/fixture/channels.ts';
import { another, FakeKdf, FakeOsKeyring, KEY_DATA, namesOf, openVault, PASSWORD, stateOf } from './fixture.ts';

describe('given wrong passwords', () => {
  it('when one after the other is tried, then each has to wait longer than the one before, a minute at most, and the right one ends it (K4)', async () => {
    const { vault, clock } = await another(await openVault());
    const tries = async (): Promise<unknown> => codeOf(vault.call('unlock', { password: 'wrong' }));
    const waits: number[] = [];
    for (let failures = 0; failures < 10; failures++) {
      expect(await tries()).toBe('WRONG_PASSWORD');
      const { wait } = (await vault.snapshot()).context;
      waits.push(wait);
      if (wait > 0) {
        expect(await stateOf(vault)).toEqual({ locked: 'delayed' });
        expect(await codeOf(vault.call('unlock', { password: PASSWORD })), 'the right one, too early').toBe('THROTTLED');
        clock.pass(wait);
        expect(await stateOf(vault)).toEqual({ locked: 'ready' });
      }
    }
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    await vault.call('unlock', { password: PASSWORD });
    await vault.call('lock', undefined);
    expect(await tries()).toBe('WRONG_PASSWORD');
    await vault.call('unlock', { password: PASSWORD });
  });

  it('when the process is started anew, or killed while a password is stretched, then the waiting goes on', async () => {
    const first = await openVault();
    const kdf = new FakeKdf();
    kdf.gate = new Promise(() => {});
    for (let i = 0; i < 2; i++) {
      const begun = kdf.begun;
      const { vault } = await another(first, { kdf });
      vault.call('unlock', { password: 'wrong' }).catch(() => {});
      await begun;
      await vault.stop();
    }
    expect(await codeOf((await another(first)).vault.call('unlock', { password: PASSWORD }))).toBe('THROTTLED');
  });

  it('when the password is asked for by other ways, then their failures count as well', async () => {
    const { vault } = await openVault();
    expect(await codeOf(vault.call('exportKeyData', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
    expect(await codeOf(vault.call('swap', { password: 'wrong', keyData: KEY_DATA }))).toBe('WRONG_PASSWORD');
    expect(await codeOf(vault.call('changePassword', { password: PASSWORD, newPassword: 'new' }))).toBe('THROTTLED');
  });

  it('when ten thousand are tried at once, then all but a few are refused without being stretched', async () => {
    const { vault, kdf } = await another(await openVault());
    const codes = await Promise.all(Array.from({ length: 10_000 }, () => codeOf(vault.call('unlock', { password: 'wrong' }))));
    expect(new Set(codes)).toEqual(new Set(['WRONG_PASSWORD', 'THROTTLED']));
    expect(codes.filter((code) => code === 'WRONG_PASSWORD').length).toBeLessThanOrEqual(2);
    expect(kdf.requests.length).toBeLessThanOrEqual(2);
  });
});

describe("given an operating system's keyring", () => {
  it('when it is to open the vault, then it does, also after the password was changed, until it is told not to', async () => {
    const osKeyring = new FakeOsKeyring();
    const { vault, clock } = await openVault({ osKeyring });
    await vault.call('addUnlock', { method: 'os', password: PASSWORD });
    await vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
    await vault.call('lock', undefined);
    expect(namesOf(await vault.call('unlock', { method: 'os' }))).toHaveLength(3);
    expect(await codeOf(vault.call('removeUnlock', { method: 'os', password: PASSWORD }))).toBe('WRONG_PASSWORD');
    clock.pass(60_000);
    await vault.call('removeUnlock', { method: 'os', password: 'new' });
    await vault.call('lock', undefined);
    expect(await codeOf(vault.call('unlock', { method: 'os' }))).toBe('UNSUPPORTED');
    expect(osKeyring.secrets.size).toBe(0);
  });

  it('when it cannot be relied on, then that is UNSUPPORTED, and nothing else opens the vault in its place', async () => {
    const osKeyring = new FakeOsKeyring();
    const { vault } = await openVault({ osKeyring });
    osKeyring.isThere = false;
    expect(await codeOf(vault.call('addUnlock', { method: 'os', password: PASSWORD }))).toBe('UNSUPPORTED');
    osKeyring.isThere = true;
    await vault.call('addUnlock', { method: 'os', password: PASSWORD });
    await vault.call('lock', undefined);
    osKeyring.secrets.clear();
    expect(await codeOf(vault.call('unlock', { method: 'os' }))).toBe('UNSUPPORTED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    await vault.call('unlock', { password: PASSWORD });
    expect(await codeOf(vault.call('changePassword', { password: PASSWORD, newPassword: 'new' })), 'it could not be given the new data key').toBe('UNSUPPORTED');
    await vault.call('lock', undefined);
    await vault.call('unlock', { password: PASSWORD });
  });
});
