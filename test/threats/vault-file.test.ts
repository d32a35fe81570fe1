import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { sealVault } from '../../src/keyring/vault/index.ts';
import { MemoryStorage } from '../../src/storage/index.ts';
import { VAULT_KEY } from '../../src/storage/vault/keys.ts';
import { CHEAP, KEY_DATA, PASSWORD, startVault } from '../actors/vault/fixture.ts';
import { VERSION_1 } from '../keyring/golden/version-1.ts';
import { withChecksum } from '../keyring/vault/vaults.ts';
import { codeOf } from '../link/fixture/channels.ts';

const bytes = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
/** As the test's KDF stretches it. */
const stretched = (password: string, salt: Uint8Array): Uint8Array => sha256(concatBytes(new TextEncoder().encode(password), salt, Uint8Array.of(CHEAP.vaultPasses), new Uint8Array(CHEAP.vaultMemory % 7)));
const sealed = (payload: unknown, generation = 1n): Uint8Array<ArrayBuffer> =>
  sealVault({
    id: bytes(1, 16),
    generation,
    dataKey: bytes(2, 32),
    methods: [{ kind: 'password', parameters: { memory: CHEAP.vaultMemory, passes: CHEAP.vaultPasses }, salt: bytes(3, 16), kek: stretched(PASSWORD, bytes(3, 16)) }],
    payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : (payload as Uint8Array),
  });

/** A storage with these bytes for a vault, however they came there. */
async function storageOf(vault: Uint8Array): Promise<MemoryStorage> {
  const storage = new MemoryStorage({ durable: true });
  await (await storage.open()).update([{ key: VAULT_KEY, decide: () => new Uint8Array(vault) }]);
  return storage;
}
const storedIn = async (storage: MemoryStorage): Promise<Uint8Array | undefined> => (await (await storage.open()).getMany([VAULT_KEY]))[0];

describe('threat 18: given a stored vault whose keys are of some version', () => {
  it('when they are the golden ones of version 1, then it opens, and is stored as it was', async () => {
    const vault = sealed(JSON.stringify(VERSION_1));
    const storage = await storageOf(vault);
    const { vault: actor } = await startVault({ storage });
    await actor.call('unlock', { password: PASSWORD });
    expect(await actor.call('exportKeyData', { password: PASSWORD })).toEqual(VERSION_1);
    expect(await storedIn(storage)).toEqual(vault);
  });

  it.each<[string, unknown, string]>([
    ['a version that is not known', JSON.stringify({ ...KEY_DATA, version: 2 }), 'UNSUPPORTED'],
    ['no version', JSON.stringify({ device: KEY_DATA['device'] }), 'STORAGE'],
    ['no valid keys', JSON.stringify({ ...KEY_DATA, device: {} }), 'STORAGE'],
    ['half of the text', JSON.stringify(KEY_DATA).slice(0, 300), 'STORAGE'],
    ['no text', bytes(0xff, 100), 'STORAGE'],
    ['nothing', '', 'STORAGE'],
  ])('when they are of %s, then it opens for nothing, is not written to, and no key comes to hand, however often', async (_what, payload, code) => {
    const vault = sealed(payload);
    const storage = await storageOf(vault);
    const { vault: actor, clock } = await startVault({ storage });
    for (const ask of [
      () => actor.call('unlock', { password: PASSWORD }),
      () => actor.call('exportKeyData', { password: PASSWORD }),
      () => actor.call('changePassword', { password: PASSWORD, newPassword: 'new' }),
      () => actor.call('swap', { password: PASSWORD, keyData: KEY_DATA }),
      () => actor.call('unlock', { password: PASSWORD }),
    ]) {
      expect(await codeOf(ask())).toBe(code);
      expect(await storedIn(storage)).toEqual(vault);
      clock.pass(60_000);
    }
    expect(await codeOf(actor.call('keys', undefined))).toBe('LOCKED');
  });

  it('when it should be stretched more and cannot be stored, then the stored bytes are as they were, and the next time it is stored', async () => {
    const vault = sealed(JSON.stringify(KEY_DATA));
    const storage = await storageOf(vault);
    const { vault: actor, kdf } = await startVault({ storage, policy: { vaultPasses: 3 } });
    let open: () => void = Object;
    await actor.snapshot();
    kdf.gate = new Promise((resolve) => (open = resolve));
    const first = kdf.begun;
    const unlocking = actor.call('unlock', { password: PASSWORD });
    await first;
    const second = kdf.begun;
    open();
    await second;
    storage.fault = 'full';
    await unlocking;
    expect(await storedIn(storage)).toEqual(vault);
    storage.fault = undefined;
    await actor.call('lock', undefined);
    await actor.call('unlock', { password: PASSWORD });
    expect(await storedIn(storage)).not.toEqual(vault);
  });
});

describe('threat 16: given a stored vault that somebody without a key has changed', () => {
  const text = new TextDecoder().decode(sealed(JSON.stringify(KEY_DATA)));
  it.each<[string, (text: string) => string, number]>([
    ['the memory of its KDF raised', (from) => from.replace(`"memory":${CHEAP.vaultMemory}`, '"memory":4194304'), 0],
    ['its passes raised', (from) => from.replace('"passes":2', '"passes":4294967295'), 0],
    ['the memory of its KDF lowered', (from) => from.replace(`"memory":${CHEAP.vaultMemory}`, '"memory":8'), 0],
    ['its passes lowered', (from) => from.replace('"passes":2', '"passes":1'), 0],
    ['its passes raised within what is allowed', (from) => from.replace('"passes":2', '"passes":3'), 1],
    ['another generation', (from) => from.replace('"generation":"1"', '"generation":"7"'), 1],
    ['a doubled key', (from) => from.replace('"version":1', '"version":1,"version":1'), 0],
    ['another cipher', (from) => from.replace('xchacha20poly1305', 'xchacha20poly1306'), 0],
  ])('when it has %s and a fitting checksum, then it opens for nobody, and so many passwords are stretched: %#', async (_what, change, stretchings) => {
    const changed = withChecksum(change(text));
    expect(change(text)).not.toBe(text);
    const storage = await storageOf(changed);
    const { vault, kdf } = await startVault({ storage });
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toMatch(/^(STORAGE|WRONG_PASSWORD)$/);
    expect(kdf.requests).toHaveLength(stretchings);
    expect(await storedIn(storage)).toEqual(changed);
  });

  it('when its wrapped key is of another vault of the same password, then it opens for nobody', async () => {
    const other = new TextDecoder().decode(sealVault({ id: bytes(9, 16), generation: 1n, dataKey: bytes(8, 32), methods: [{ kind: 'password', parameters: { memory: CHEAP.vaultMemory, passes: CHEAP.vaultPasses }, salt: bytes(3, 16), kek: stretched(PASSWORD, bytes(3, 16)) }], payload: bytes(0, 3) }));
    const methods = /"methods":\[.*?\]/;
    const spliced = withChecksum(text.replace(methods, methods.exec(other)?.[0] ?? ''));
    const { vault } = await startVault({ storage: await storageOf(spliced) });
    expect(await codeOf(vault.call('unlock', { password: PASSWORD }))).toBe('WRONG_PASSWORD');
  });
});
