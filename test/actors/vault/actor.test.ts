import { hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Caller } from '../../../src/link/index.ts';
import type { GrantedVaultService, GrantPurpose, PublicKey } from '../../../actors/vault/service.ts';
import { Keyring, generateMnemonic, mnemonicToKeyData, verifyMessage } from '../../../src/keyring/index.ts';
import { verifyEntry, type SignedEntry } from '../../../src/registry/index.ts';
import { codeOf } from '../../link/fixture/channels.ts';
import { MemoryStorage, type StorageAdapter } from '../../../src/storage/index.ts';
import { FakeKdf, FakeOsKeyring, HeldBackStorage, KEY_DATA, MNEMONIC, PASSWORD, startVault, type VaultLink } from './fixture.ts';

const ENTRY = { datakey: new Uint8Array(32).fill(7), data: new TextEncoder().encode('hello'), revision: 3n };
const stateOf = async (vault: VaultLink): Promise<unknown> => (await vault.snapshot()).value;
const namesOf = (keys: readonly PublicKey[]): string[] => keys.map(({ name }) => name);

/** A vault that is unlocked. */
async function openVault(options: Parameters<typeof startVault>[0] = {}) {
  const started = await startVault(options);
  await started.vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
  return started;
}

/** A second actor on the storage of a first one, as another tab has it. */
const another = ({ storage }: Awaited<ReturnType<typeof openVault>>, options: Parameters<typeof startVault>[0] = {}) => startVault({ storage, ...options });

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

describe('given two tabs or processes on one vault', () => {
  it('when both import keys at once, then none is lost (K6)', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    const imports = Array.from({ length: 6 }, (_, i) =>
      [first, second][i % 2]!.vault.call('importKey', { name: `key${i}`, key: { type: 'ed25519', secret: `0x${`${i}a`.repeat(32)}` } }),
    );
    await Promise.all(imports);
    const third = await another(first);
    expect(namesOf(await third.vault.call('unlock', { password: PASSWORD })).filter((name) => name.startsWith('key')).toSorted()).toEqual(['key0', 'key1', 'key2', 'key3', 'key4', 'key5']);
  });

  it('when one stores something while the other is about to, then the other stores its own beside it (K6)', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const second = await startVault({ storage });
    await second.vault.call('unlock', { password: PASSWORD });
    const aboutTo = storage.writes.shut();
    const removing = second.vault.call('removeKey', { name: 'developer' });
    await aboutTo;
    await first.vault.call('removeKey', { name: 'programMod' });
    storage.writes.open();
    expect(namesOf(await removing)).toEqual(['device']);
  });

  it('when one changes the keys, then the other has them at its next look', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    const names: string[][] = [];
    second.vault.stream('keys').subscribe((keys) => names.push(namesOf(keys ?? [])));
    await first.vault.call('removeKey', { name: 'developer' });
    second.clock.pass(5_000);
    await expect.poll(() => names.at(-1)).toEqual(['programMod', 'device']);
    expect(await stateOf(second.vault)).toEqual({ unlocked: 'resting' });
  });

  it.each([
    { what: 'changes the password', act: (vault: VaultLink) => vault.call('changePassword', { password: PASSWORD, newPassword: 'new' }), state: { locked: 'ready' } },
    { what: 'destroys the vault', act: (vault: VaultLink) => vault.call('destroy', { password: PASSWORD }), state: 'empty' },
  ])('when one $what, then the other is locked at its next look', async ({ act, state }) => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    await act(first.vault);
    second.clock.pass(5_000);
    await expect.poll(async () => stateOf(second.vault)).toEqual(state);
    expect(await codeOf(second.vault.call('keys', undefined))).toMatch(/LOCKED|STORAGE/);
  });

  it('when one has changed the password, then the other, asked to store something, is locked and stores nothing', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    await first.vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
    expect(await codeOf(second.vault.call('removeKey', { name: 'device' }))).toBe('LOCKED');
    expect(await stateOf(second.vault)).toEqual({ locked: 'ready' });
    expect(namesOf(await second.vault.call('unlock', { password: 'new' }))).toContain('device');
  });
});

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

describe('given an ephemeral key', () => {
  it('then it signs once, needs no unlocked vault, and is then gone', async () => {
    const { vault } = await startVault();
    const { public: name, type } = await vault.call('ephemeral', undefined);
    const publicKey = hexToBytes(name.slice(2));
    const message = new TextEncoder().encode('once');
    const signature = (await vault.call('signEphemeral', { public: name, purpose: 'message', message } as never)) as Uint8Array;
    expect(verifyMessage({ type, publicKey, message, signature })).toBe(true);
    expect(await codeOf(vault.call('signEphemeral', { public: name, purpose: 'message', message } as never))).toBe('UNKNOWN_KEY');
    expect(await codeOf(vault.call('ephemeral', 'rsa' as never))).toBe('INVALID_INPUT');
  });
});

describe('given a request to sign', () => {
  it.each([
    { what: 'no purpose', request: { key: 'device', message: new Uint8Array(1) }, code: 'INVALID_INPUT' },
    { what: 'bytes alone', request: new Uint8Array(32), code: 'INVALID_INPUT' },
    { what: 'a key that is not there', request: { key: 'constructor', purpose: 'message', message: new Uint8Array(1) }, code: 'UNKNOWN_KEY' },
    { what: 'an entry of another key', request: { key: 'device', purpose: 'registry-entry', entry: { ...ENTRY, pubkey: new Uint8Array(32) } }, code: 'INVALID_INPUT' },
    { what: 'an extrinsic of an ed25519 key', request: { key: 'device', purpose: 'extrinsic', payload: new Uint8Array(40) }, code: 'UNSUPPORTED' },
    { what: 'an entry of a secp256k1 key', request: { key: 'ethereum', purpose: 'registry-entry', entry: ENTRY }, code: 'UNSUPPORTED' },
  ])('of $what, then that is refused', async ({ request, code }) => {
    const { vault } = await startVault();
    const keys = mnemonicToKeyData(MNEMONIC, { keys: { device: { type: 'ed25519', origin: 'device' }, ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" } } });
    await vault.call('create', { password: PASSWORD, keyData: keys });
    expect(await codeOf(vault.call('sign', request as never))).toBe(code);
    expect(await vault.call('sign', { key: 'ethereum', purpose: 'extrinsic', payload: new Uint8Array(40) })).toHaveLength(65);
  });
});
