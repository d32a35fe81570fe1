import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { generateMnemonic, Keyring, mnemonicToKeyData, verifyMessage } from '../../../src/keyring/index.ts';
import { verifyEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { MemoryStorage, type StorageAdapter } from '../../../src/storage/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { another, FakeKdf, HeldBackStorage, KEY_DATA, MNEMONIC, namesOf, openVault, PASSWORD, startVault, stateOf, type VaultLink } from './fixture.ts';

const ENTRY = { datakey: new Uint8Array(32).fill(7), data: new TextEncoder().encode('hello'), revision: 3n };

describe('given a storage without a vault', () => {
  it('when a vault is made of key data, then it is unlocked, tells its public keys, and signs', async () => {
    const { vault } = await startVault();
    const keys = await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
    expect(keys).toEqual(Object.entries(KEY_DATA).filter(([name]) => name !== 'version').map(([name, key]) => expect.objectContaining({ name, public: (key as { public: string }).public })));
    expect(JSON.stringify(keys)).not.toContain('secret');
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
    const signed = (await vault.call('sign', { key: 'programMod', purpose: 'registry-entry', entry: ENTRY })) as SignedEntry;
    expect(verifyEntry(signed)).toBe(true);
    expect(signed).toMatchObject(ENTRY);
  });

  it('when a vault is made of a mnemonic, then it has the keys of the mnemonic, and a device key that no mnemonic gives', async () => {
    const { vault } = await startVault();
    const keys = await vault.call('create', { password: PASSWORD, mnemonic: MNEMONIC });
    const publicOf = (name: string): unknown => keys.find((key) => key.name === name)?.public;
    expect(publicOf('programMod')).toBe(KEY_DATA['programMod']?.public);
    expect(publicOf('developer')).toBe(KEY_DATA['developer']?.public);
    expect(publicOf('device')).not.toBe(KEY_DATA['device']?.public);
  });

  it.each([
    { what: 'no password', creation: { password: '', keyData: KEY_DATA }, field: 'password' },
    { what: 'a password of 1,025 characters', creation: { password: 'x'.repeat(1_025), keyData: KEY_DATA }, field: 'password' },
    { what: 'neither a mnemonic nor key data', creation: { password: PASSWORD }, field: 'creation' },
    { what: 'both', creation: { password: PASSWORD, keyData: KEY_DATA, mnemonic: MNEMONIC }, field: 'creation' },
    { what: 'key data with a wrong address', creation: { password: PASSWORD, keyData: { ...KEY_DATA, device: { ...KEY_DATA['device'], address: 'ed25519:00' } } }, field: 'keyData.device.address' },
    { what: 'a mnemonic with a wrong word', creation: { password: PASSWORD, mnemonic: MNEMONIC.replace('about', 'abacus') }, field: 'mnemonic' },
    { what: 'an option that does not exist', creation: { password: PASSWORD, keyData: KEY_DATA, safe: true }, field: 'creation.safe' },
  ])('when it is made with $what, then that is INVALID_INPUT, and none is made', async ({ creation, field }) => {
    const storage = new MemoryStorage({ durable: true });
    const { vault } = await startVault({ storage });
    await expect(vault.call('create', creation as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(await stateOf(vault)).toBe('empty');
    expect(storage.commits).toBe(0);
  });

  it('when it keeps nothing, then a vault is made only if it may be lost', async () => {
    const { vault } = await startVault({ storage: new MemoryStorage() });
    await expect(vault.call('create', { password: PASSWORD, keyData: KEY_DATA })).rejects.toMatchObject({ code: 'STORAGE', retryable: false });
    await vault.call('create', { password: PASSWORD, keyData: KEY_DATA, ephemeral: true });
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });

  it('when it is to sign, unlock or export, then that there is no vault is told', async () => {
    const { vault } = await startVault();
    for (const asked of [vault.call('unlock', { password: PASSWORD }), vault.call('exportKeyData', { password: PASSWORD })]) {
      await expect(asked).rejects.toMatchObject({ code: 'STORAGE', message: expect.stringContaining('no vault') as string, retryable: false });
    }
    await expect(vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) })).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await stateOf(vault)).toBe('empty');
  });
});

describe('given a stored vault', () => {
  it('when an actor starts, then it is locked, and signs once it is unlocked', async () => {
    const { vault } = await another(await openVault());
    expect(await codeOf(vault.call('keys', undefined))).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    expect(namesOf(await vault.call('unlock', { password: PASSWORD }))).toEqual(['programMod', 'developer', 'device']);
    const message = new TextEncoder().encode('a word');
    const signature = (await vault.call('sign', { key: 'device', purpose: 'message', message })) as Uint8Array;
    const publicKey = new Keyring(KEY_DATA).get('device').signer.publicKey;
    expect(verifyMessage({ type: 'ed25519', publicKey, message, signature })).toBe(true);
  });

  it('when it is locked, then it signs no more, and forgets what an unlock under way would bring', async () => {
    const kdf = new FakeKdf();
    const { vault } = await openVault({ kdf });
    await vault.call('lock', undefined);
    expect(await codeOf(vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) }))).toBe('LOCKED');
    kdf.gate = new Promise(() => {});
    const begun = kdf.begun;
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }));
    await begun;
    expect(await stateOf(vault)).toBe('unlocking');
    await vault.call('lock', undefined);
    expect(await unlocking).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when it is locked, swapped or closed, then the keys that were at hand are wiped (K1)', async () => {
    const wiped = vi.spyOn(Keyring.prototype, 'wipe');
    onTestFinished(() => wiped.mockRestore());
    const isWiped = (keyring: unknown): boolean => wiped.mock.contexts.some((each) => each === keyring);
    const lent = vi.spyOn(Keyring.prototype, 'get');
    onTestFinished(() => lent.mockRestore());
    const inHand = async (of: VaultLink): Promise<unknown> => {
      await of.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) });
      return lent.mock.contexts.at(-1);
    };
    const { vault } = await openVault();
    const created = await inHand(vault);
    await vault.call('swap', { password: PASSWORD, keyData: KEY_DATA });
    const swapped = await inHand(vault);
    expect(swapped).not.toBe(created);
    expect([isWiped(created), isWiped(swapped)]).toEqual([true, false]);
    await vault.call('lock', undefined);
    expect(isWiped(swapped)).toBe(true);
    await vault.call('unlock', { password: PASSWORD });
    const unlocked = await inHand(vault);
    await vault.stop();
    expect(isWiped(unlocked)).toBe(true);
  });

  it('when it is locked while it is being unlocked, too late to give that up, then that is not done: LOCKED (K1)', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault, kdf } = await startVault({ storage });
    const stretched = kdf.hold();
    const begun = kdf.begun;
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }));
    await begun;
    const heldBack = storage.writes.shut();
    stretched();
    await heldBack; // that the password was right is being stored
    await vault.call('lock', undefined);
    storage.writes.open();
    expect(await unlocking).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when it is locked while it is being changed, too late to give that up, then it is changed, and no key comes back to hand (K1)', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const { vault } = await startVault({ storage });
    await vault.call('unlock', { password: PASSWORD });
    const atHand: boolean[] = [];
    vault.stream('keys').subscribe((keys) => atHand.push(keys !== undefined));
    await expect.poll(() => atHand).toEqual([true]);
    const heldBack = storage.writes.shut();
    const removing = vault.call('removeKey', { name: 'developer' });
    await heldBack;
    await vault.call('lock', undefined);
    storage.writes.open();
    expect(namesOf(await removing)).toEqual(['programMod', 'device']);
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    expect(atHand).toEqual([true, false]);
  });

  it('when it is locked while unlocks wait for their turn, or for the storage to be opened, then they are given up', async () => {
    const first = await openVault();
    let openStorage: (() => void) | undefined;
    const isOpened = new Promise<void>((resolve) => (openStorage = resolve));
    const storage: StorageAdapter = {
      async open() {
        await isOpened;
        return first.storage.open();
      },
    };
    const { vault, kdf } = await startVault({ storage });
    const waiting = codeOf(vault.call('unlock', { password: PASSWORD }));
    await vault.call('lock', undefined);
    expect(await waiting).toBe('LOCKED');
    openStorage?.();
    const release = kdf.hold();
    const begun = kdf.begun;
    const unlocking = [1, 2, 3].map(() => codeOf(vault.call('unlock', { password: PASSWORD })));
    await begun;
    await vault.call('lock', undefined);
    release();
    expect(await Promise.all(unlocking)).toEqual(['LOCKED', 'LOCKED', 'LOCKED']);
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when the caller gives up, then the password is stretched no further', async () => {
    const kdf = new FakeKdf();
    const { vault } = await openVault({ kdf });
    await vault.call('lock', undefined);
    kdf.gate = new Promise(() => {});
    const begun = kdf.begun;
    const controller = new AbortController();
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }, { signal: controller.signal }));
    await begun;
    controller.abort();
    expect(await unlocking).toBe('ABORTED');
    kdf.gate = undefined;
    await vault.call('unlock', { password: PASSWORD });
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });

  it('when another one is made, then it stands: CONFLICT', async () => {
    const { vault } = await another(await openVault());
    expect(await codeOf(vault.call('create', { password: 'other', keyData: KEY_DATA }))).toBe('CONFLICT');
    expect(namesOf(await vault.call('unlock', { password: PASSWORD }))).toHaveLength(3);
  });

  it('when its password is lost, then its mnemonic recovers it, with a new device key, where it is said that it gives way', async () => {
    const { vault } = await another(await openVault());
    expect(await codeOf(vault.call('recover', { mnemonic: MNEMONIC, password: 'new' }))).toBe('CONFLICT');
    const keys = await vault.call('recover', { mnemonic: MNEMONIC, password: 'new', replace: true });
    expect(keys.find(({ name }) => name === 'developer')?.public).toBe(KEY_DATA['developer']?.public);
    expect(keys.find(({ name }) => name === 'device')?.public).not.toBe(KEY_DATA['device']?.public);
    await vault.call('lock', undefined);
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toBe('WRONG_PASSWORD');
    await vault.call('unlock', { password: 'new' });
  });

  it('when it is recovered after wrong passwords, then nobody has to wait any more: those were about another vault', async () => {
    const { vault } = await another(await openVault());
    for (let i = 0; i < 2; i++) expect(await codeOf(vault.call('unlock', { password: 'forgotten' }))).toBe('WRONG_PASSWORD');
    await vault.call('recover', { mnemonic: MNEMONIC, password: 'new', replace: true });
    await vault.call('lock', undefined);
    await vault.call('unlock', { password: 'new' });
  });

  it('when key data is exported, then the password is needed again, whether or not it is unlocked', async () => {
    const { vault, clock } = await openVault();
    expect(await vault.call('exportKeyData', { password: PASSWORD })).toEqual(KEY_DATA);
    expect(await codeOf(vault.call('exportKeyData', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
    await vault.call('lock', undefined);
    clock.pass(60_000);
    expect(await vault.call('exportKeyData', { password: PASSWORD })).toEqual(KEY_DATA);
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when the password is changed, then the old one opens nothing, and what was at hand stays', async () => {
    const { vault, clock } = await openVault();
    await vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
    await vault.call('importKey', { name: 'more', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } });
    await vault.call('lock', undefined);
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toBe('WRONG_PASSWORD');
    clock.pass(60_000);
    expect(namesOf(await vault.call('unlock', { password: 'new' }))).toContain('more');
  });

  it('when its keys are swapped, then the new ones sign from the answer on, and no other does', async () => {
    const { vault } = await openVault();
    const other = mnemonicToKeyData(generateMnemonic());
    const sign = (): Promise<SignedEntry> => vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: ENTRY }) as Promise<SignedEntry>;
    const during = [sign(), sign()];
    const swapping = vault.call('swap', { password: PASSWORD, keyData: other });
    during.push(sign(), sign());
    await swapping;
    const after = await sign();
    const [before, now] = [KEY_DATA, other].map((keyData) => new Keyring(keyData).get('device').signer.publicKey);
    expect(after.pubkey).toEqual(now);
    for (const signed of await Promise.all(during)) {
      expect(verifyEntry(signed)).toBe(true);
      expect([before, now]).toContainEqual(signed.pubkey);
    }
  });

  it.each([
    { what: 'a name that is taken', imported: { name: 'device', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } }, field: 'imported.name' },
    { what: 'a name that is none', imported: { name: '__proto__', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } }, field: 'imported' },
    { what: 'a secret that is too short', imported: { name: 'more', key: { type: 'ed25519', secret: '0x11' } }, field: 'imported.key.secret' },
    { what: 'a key that is there already', imported: { name: 'more', key: KEY_DATA['device'] }, field: 'imported.more' },
  ])('when a key is imported with $what, then nothing changes', async ({ imported, field }) => {
    const storage = new MemoryStorage({ durable: true });
    const { vault } = await openVault({ storage });
    const { commits } = storage;
    await expect(vault.call('importKey', imported as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(namesOf(await vault.call('keys', undefined))).toEqual(['programMod', 'developer', 'device']);
    expect(storage.commits).toBe(commits);
  });

  it('when keys are removed, then the last one stays', async () => {
    const { vault } = await openVault();
    await vault.call('removeKey', { name: 'programMod' });
    expect(namesOf(await vault.call('removeKey', { name: 'developer' }))).toEqual(['device']);
    expect(await codeOf(vault.call('removeKey', { name: 'device' }))).toBe('INVALID_INPUT');
    expect(await codeOf(vault.call('removeKey', { name: 'nobody' }))).toBe('UNKNOWN_KEY');
  });

  it('when it is destroyed, then the password is needed, and there is none any more', async () => {
    const { vault, storage, clock } = await openVault();
    expect(await codeOf(vault.call('destroy', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
    clock.pass(60_000);
    await vault.call('destroy', { password: PASSWORD });
    expect(await stateOf(vault)).toBe('empty');
    expect(await stateOf((await startVault({ storage })).vault)).toBe('empty');
  });

  it('when it was stretched less than is wanted now, then it is stretched as much once it is unlocked', async () => {
    const first = await openVault();
    const kdf = new FakeKdf();
    const { vault } = await another(first, { kdf, policy: { vaultPasses: 3 } });
    await vault.call('unlock', { password: PASSWORD });
    expect(kdf.requests.map(({ passes }) => passes)).toEqual([2, 3]);
    await vault.call('lock', undefined);
    await vault.call('unlock', { password: PASSWORD });
    expect(kdf.requests.map(({ passes }) => passes)).toEqual([2, 3, 3]);
  });

  it('when it cannot be stored anew, then it is unlocked all the same', async () => {
    const storage = new MemoryStorage({ durable: true });
    const first = await openVault({ storage });
    const { vault, kdf } = await another(first, { policy: { vaultPasses: 3 } });
    const open = kdf.hold();
    const begun = kdf.begun;
    const unlocking = vault.call('unlock', { password: PASSWORD });
    await begun;
    const second = kdf.begun;
    open();
    await second;
    storage.fault = 'full';
    await unlocking;
    storage.fault = undefined;
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });
});

describe('given an unlocked vault that nobody looks after', () => {
  it('when it lies unused for long enough, then it locks itself; use puts that off (K8)', async () => {
    const { vault, clock } = await openVault({ policy: { vaultIdle: 10_000 } });
    const use = (): Promise<unknown> => vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) });
    clock.pass(9_000);
    await use();
    clock.pass(9_000);
    await use();
    clock.pass(10_000);
    expect(await codeOf(use())).toBe('LOCKED');
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
  });

  it('when the machine slept meanwhile, then it locks itself as soon as it wakes', async () => {
    const { vault, clock } = await openVault();
    const told: unknown[] = [];
    vault.emitted$.subscribe((event) => told.push(event));
    await vault.snapshot();
    clock.sleep(60_000);
    await vault.snapshot();
    expect(await stateOf(vault)).toEqual({ locked: 'ready' });
    await expect.poll(() => told).toContainEqual({ type: 'vault.locked', reason: 'woke' });
  });
});
