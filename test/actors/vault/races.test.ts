import { describe, expect, it } from 'vitest';
import { Caller } from '../../../src/link/index.ts';
import type { GrantedVaultService } from '../../../actors/vault/service.ts';
import { generateMnemonic, mnemonicToKeyData } from '../../../src/keyring/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { another, FakeKdf, FakeOsKeyring, HeldBackStorage, openVault, PASSWORD, startVault, stateOf } from './fixture.ts';

const MESSAGE = { key: 'device', purpose: 'message', message: new Uint8Array(1) } as const;

/** Another actor on its storage, unlocked. */
async function openSecond(first: Awaited<ReturnType<typeof openVault>>, options: Parameters<typeof another>[1] = {}) {
  const second = await another(first, options);
  await second.vault.call('unlock', { password: PASSWORD });
  return second;
}

describe('given an unlock that is all but done', () => {
  it('when the vault is locked before the machine knows of the keys, then none was at hand, and none comes to be (K1)', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault, kdf } = await startVault({ storage });
    const stretched = kdf.hold();
    const begun = kdf.begun;
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }));
    await begun;
    const isStruckOff = storage.writes.shut();
    stretched();
    await isStruckOff; // the attempt
    const isLooked = storage.reads.shut();
    storage.writes.open();
    await isLooked; // how things stand
    expect(await stateOf(vault)).toBe('unlocking');
    expect(await codeOf(vault.call('sign', MESSAGE)), 'no key is at hand yet').toBe('LOCKED');
    await vault.call('lock', undefined);
    storage.reads.open();
    expect(await unlocking).toBe('LOCKED');
    expect(await codeOf(vault.call('sign', MESSAGE))).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });
});

describe('given a vault that is closed', () => {
  it('then what is under way is CLOSED, so is what comes after, its ports end, and its storage is closed', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault, kdf } = await startVault({ storage });
    const page = new Caller<GrantedVaultService>(await vault.call('grant', { caller: 'a page', keys: ['device'], purposes: ['message', 'unlock'] }));
    kdf.gate = new Promise(() => {});
    const begun = kdf.begun;
    const unlocking = codeOf(page.call('unlock', { password: PASSWORD }));
    const waiting = codeOf(vault.call('exportKeyData', { password: PASSWORD }));
    await begun;
    await vault.call('close', undefined);
    expect(await unlocking).toMatch(/CLOSED|WORKER_GONE/);
    expect(await waiting).toBe('CLOSED');
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toBe('CLOSED');
    expect(await codeOf(vault.call('sign', MESSAGE))).toBe('CLOSED');
    expect(await codeOf(page.call('sign', MESSAGE))).toBe('WORKER_GONE');
    await expect(storage.connections[0]?.getMany([new Uint8Array(1)])).rejects.toMatchObject({ code: 'STORAGE' });
  });

  it('when a change is being stored, then that is waited for', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault } = await openSecond(first, { storage });
    const stores = storage.writes.shut();
    const removing = codeOf(vault.call('removeKey', { name: 'developer' }));
    await stores;
    const ended: string[] = [];
    const closing = vault.call('close', undefined).then(() => ended.push('closed'));
    void removing.then(() => ended.push('stored'));
    await vault.snapshot();
    storage.writes.open();
    await closing;
    expect(ended).toEqual(['stored', 'closed']);
    expect(await removing).toEqual({ settled: expect.anything() as unknown });
    expect(Object.keys(await first.vault.call('exportKeyData', { password: PASSWORD }))).not.toContain('developer');
  });
});

describe('given another vault in the place of the one that was there', () => {
  it('when the first was to be destroyed, then the second stands', async () => {
    const first = await openVault();
    const kdf = new FakeKdf();
    const second = await openSecond(first, { kdf });
    const stretched = kdf.hold();
    const begun = kdf.begun;
    const destroying = codeOf(second.vault.call('destroy', { password: PASSWORD }));
    await begun;
    await first.vault.call('destroy', { password: PASSWORD });
    await first.vault.call('create', { password: 'another', keyData: mnemonicToKeyData(generateMnemonic()) });
    stretched();
    expect(await destroying).toBe('WRONG_PASSWORD');
    expect(await first.vault.call('exportKeyData', { password: 'another' })).toHaveProperty('device');
  });

  it('when the keys of the first are at hand, then they are wiped at the next look', async () => {
    const first = await openVault();
    const second = await openSecond(first);
    await first.vault.call('destroy', { password: PASSWORD });
    await first.vault.call('create', { password: PASSWORD, keyData: mnemonicToKeyData(generateMnemonic()) });
    second.clock.pass(5_000);
    await expect.poll(async () => stateOf(second.vault)).toEqual({ locked: 'ready' });
    expect(await codeOf(second.vault.call('sign', MESSAGE))).toBe('LOCKED');
  });
});

describe('given a password that is being stretched', () => {
  it('when another process changes it meanwhile, then the old one opens nothing any more', async () => {
    const first = await openVault();
    const { vault, kdf } = await startVault({ storage: first.storage });
    const stretched = kdf.hold();
    const begun = kdf.begun;
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }));
    await begun;
    await first.vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
    stretched();
    expect(await unlocking).toBe('WRONG_PASSWORD');
  });

  it('when another process removes the vault meanwhile, then there is none', async () => {
    const first = await openVault();
    const { vault, kdf } = await startVault({ storage: first.storage });
    const stretched = kdf.hold();
    const begun = kdf.begun;
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }));
    await begun;
    await first.vault.call('destroy', { password: PASSWORD });
    stretched();
    expect(await unlocking).toBe('STORAGE');
    expect(await stateOf(vault)).toBe('empty');
  });
});

describe('given a granted port that may unlock', () => {
  it.each([{ method: 'os' }, { password: 'wrong', acceptOlder: true }, { method: 'os', password: PASSWORD }])('when it says %j, then that is no way to unlock', async (unlocking) => {
    const osKeyring = new FakeOsKeyring();
    const { vault } = await openVault({ osKeyring });
    await vault.call('addUnlock', { method: 'os', password: PASSWORD });
    await vault.call('lock', undefined);
    const page = new Caller<GrantedVaultService>(await vault.call('grant', { caller: 'a page', keys: ['device'], purposes: ['unlock'] }));
    expect(await codeOf(page.call('unlock', unlocking as never))).toBe('INVALID_INPUT');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    await page.call('unlock', { password: PASSWORD });
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });
});

describe('given a signer', () => {
  it('when the key of its name is another one by now, then nothing is signed', async () => {
    const { vault } = await openVault();
    const [key] = await vault.call('keys', undefined);
    await vault.call('swap', { password: PASSWORD, keyData: mnemonicToKeyData(generateMnemonic()) });
    expect(await codeOf(vault.call('sign', { ...MESSAGE, key: key!.name, public: key!.public }))).toBe('UNKNOWN_KEY');
    expect(await vault.call('sign', { ...MESSAGE, key: key!.name })).toHaveLength(64);
  });

  it('when it is an ephemeral one of another actor, then no other key signs in its place', async () => {
    const [one, two] = [await startVault(), await startVault()];
    const { public: name } = await one.vault.call('ephemeral', undefined);
    const { public: other } = await two.vault.call('ephemeral', undefined);
    expect(await codeOf(two.vault.call('signEphemeral', { public: name, purpose: 'message', message: MESSAGE.message }))).toBe('UNKNOWN_KEY');
    expect(await two.vault.call('signEphemeral', { public: other, purpose: 'message', message: MESSAGE.message })).toHaveLength(64);
  });
});

describe('given an unlocked vault that nobody uses', () => {
  it('when the machine wakes, and a request comes before the vigil, then that is refused, and the vault is locked (K8)', async () => {
    const { vault, clock } = await openVault({ policy: { vaultIdle: 10_000 } });
    clock.jump(3_600_000);
    expect(await codeOf(vault.call('sign', MESSAGE))).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when others change the vault, then that is no use of it (K8)', async () => {
    const first = await openVault();
    const second = await openSecond(first, { policy: { vaultIdle: 12_000 } });
    for (const name of ['one', 'two']) {
      await first.vault.call('importKey', { name, key: { type: 'ed25519', secret: `0x${(name === 'one' ? '11' : '22').repeat(32)}` } });
      second.clock.pass(5_000);
      await expect.poll(async () => (await codeOf(second.vault.call('keys', undefined))) as object).toEqual({ settled: expect.arrayContaining([expect.objectContaining({ name })]) as unknown });
    }
    second.clock.pass(2_000);
    expect(await stateOf(second.vault)).toEqual({ locked: 'ready' });
  });
});

describe('given a storage whose connection has ended', () => {
  it('then the next call but one has another', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault } = await startVault({ storage });
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    await storage.connections[0]?.close();
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toBe('STORAGE');
    await vault.call('unlock', { password: PASSWORD });
    expect(storage.connections).toHaveLength(2);
  });
});

describe("given an operating system's keyring that opens the vault", () => {
  it('when it is to open it once more, then it goes on to, with the same secret', async () => {
    const osKeyring = new FakeOsKeyring();
    const { vault } = await openVault({ osKeyring });
    await vault.call('addUnlock', { method: 'os', password: PASSWORD });
    const [secret] = osKeyring.secrets.values();
    await vault.call('addUnlock', { method: 'os', password: PASSWORD });
    expect([...osKeyring.secrets.values()]).toEqual([secret]);
    await vault.call('lock', undefined);
    await vault.call('unlock', { method: 'os' });
  });

  it('when it is not to any more, then what it had opens no later vault either', async () => {
    const osKeyring = new FakeOsKeyring();
    const first = await openVault({ osKeyring });
    await first.vault.call('addUnlock', { method: 'os', password: PASSWORD });
    const second = await openSecond(first);
    await first.vault.call('removeUnlock', { method: 'os', password: PASSWORD });
    expect(await stateOf(first.vault), 'the keys at hand stay').toEqual({ unlocked: 'resting' });
    expect(await codeOf(second.vault.call('removeKey', { name: 'developer' })), 'the data key is another one').toBe('LOCKED');
    await first.vault.call('removeKey', { name: 'developer' });
  });
});
