import { openVaultPlace } from '#vault-place';
import { sha512 } from '@noble/hashes/sha2.js';
import * as ed from '@noble/ed25519';
import { concatBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor } from 'xstate';
import { makeVaultActor } from '../../actors/vault/actor.ts';
import type { GrantedVaultService, SignRequest } from '../../actors/vault/service.ts';
import { ENTROPY_KEYS, generateMnemonic, Keyring, mnemonicToKeyData, verifyMessage, type KeyType } from '../../src/keyring/index.ts';
import { frameOf } from '../../src/keyring/message.ts';
import { decodeVault, openPayload } from '../../src/keyring/vault/index.ts';
import { Caller, eventLoop, inlineChannel, type CallContext } from '../../src/link/index.ts';
import { hashEntry, verifyEntry, type SignedEntry } from '../../src/registry/index.ts';
import { DEFAULT_POLICY } from '../../src/policy.ts';
import { openVault } from '../../src/runtime.ts';
import { MemoryStorage, type StorageAdapter } from '../../src/storage/index.ts';
import { ATTEMPTS_KEY, VAULT_KEY } from '../../src/storage/vault/keys.ts';
import { CHEAP, FakeKdf, FakeOsKeyring, KEY_DATA, MNEMONIC, PASSWORD, startVault, type VaultLink } from '../actors/vault/fixture.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { StepClock } from '../machines/step-clock.ts';
import { withChecksum } from '../keyring/vault/vaults.ts';
import { HOMES } from '../runtime/fixture/runtime.ts';
import { plantDraws, Witness } from './fixture/witness.ts';

const MESSAGE = new TextEncoder().encode('a word');
const ENTRY = { datakey: new Uint8Array(32).fill(7), data: MESSAGE, revision: 3n };
const stateOf = async (vault: VaultLink): Promise<unknown> => (await vault.snapshot()).value;
const sign = (vault: VaultLink, request: SignRequest): Promise<Uint8Array> => vault.call('sign', request) as Promise<Uint8Array>;

async function madeVault(options: Parameters<typeof startVault>[0] = {}) {
  const started = await startVault(options);
  await started.vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
  return started;
}
const storedIn = async (storage: { open(): Promise<{ getMany(keys: Uint8Array[]): Promise<(Uint8Array | undefined)[]> }> }): Promise<Uint8Array> => {
  const [record] = await (await storage.open()).getMany([VAULT_KEY]);
  if (record === undefined) throw new Error('nothing is stored');
  return record;
};

/** A granted port, spoken to without the library's own side. */
async function rawPort(vault: VaultLink) {
  const port = await vault.call('grant', { caller: 'mallory', keys: ['device'], purposes: ['message', 'unlock'] });
  const answers = new Map<string, unknown[]>();
  port.addEventListener('message', ({ data }) => {
    const { id, value } = data as { id: string; value: unknown };
    answers.set(id, [...(answers.get(id) ?? []), value]);
  });
  port.start();
  const post = (id: string, name: string, request: unknown): void => port.postMessage({ id, type: 'APPLY', path: [name], argumentList: [{ type: 'RAW', value: request }] });
  return { post, answers };
}

describe('threat 21: given requests that come twice, in no order, too often, or not for what is there', () => {
  it('when a request is replayed, under its own number or another, then it is answered as it was, and by no more than it was', async () => {
    const { vault } = await madeVault();
    const { post, answers } = await rawPort(vault);
    const input = { key: 'device', purpose: 'message', message: MESSAGE };
    for (const [id, call] of [['a', 1], ['a', 1], ['b', 1], ['c', 99]] as const) post(id, 'sign', { call, input });
    await expect.poll(() => [...answers.values()].flat()).toHaveLength(4);
    const value = await sign(vault, { key: 'device', purpose: 'message', message: MESSAGE });
    for (const answer of [...answers.values()].flat()) expect(answer).toEqual({ value });
  });

  it('when somebody gives up a call of another port by its number, then that goes on', async () => {
    const kdf = new FakeKdf();
    const first = await madeVault();
    const { vault } = await startVault({ storage: first.storage, kdf });
    let open: () => void = Object;
    kdf.gate = new Promise((resolve) => (open = resolve));
    const begun = kdf.begun;
    const unlocking = vault.call('unlock', { password: PASSWORD });
    await begun;
    const { post, answers } = await rawPort(vault);
    for (let call = 0; call < 50; call++) post(`abort ${call}`, '$abort', { call: 1_000 + call, input: call });
    await expect.poll(() => answers.size).toBe(50);
    open();
    await unlocking;
    expect(await stateOf(vault)).toEqual({ unlocked: 'resting' });
  });

  it('when it is to sign while it is locked or being unlocked, then it is LOCKED, whatever comes of that', async () => {
    const kdf = new FakeKdf();
    const first = await madeVault();
    const { vault } = await startVault({ storage: first.storage, kdf });
    const request = { key: 'device', purpose: 'message', message: MESSAGE } as const;
    expect(await codeOf(sign(vault, request))).toBe('LOCKED');
    let open: () => void = Object;
    kdf.gate = new Promise((resolve) => (open = resolve));
    const begun = kdf.begun;
    const unlocking = vault.call('unlock', { password: PASSWORD });
    await begun;
    expect(await stateOf(vault)).toBe('unlocking');
    expect(await codeOf(sign(vault, request))).toBe('LOCKED');
    open();
    await unlocking;
    expect(await sign(vault, request)).toHaveLength(64);
  });

  it('when a password is given up while it is stretched, then the vault is locked, the next one is tried, and no key came to hand', async () => {
    const kdf = new FakeKdf();
    const first = await madeVault();
    const { vault } = await startVault({ storage: first.storage, kdf });
    const keys: unknown[] = [];
    vault.stream('keys').subscribe((told) => keys.push(told));
    kdf.gate = new Promise(() => {});
    const begun = kdf.begun;
    const abort = new AbortController();
    const unlocking = codeOf(vault.call('unlock', { password: PASSWORD }, { signal: abort.signal }));
    await begun;
    abort.abort();
    expect(await unlocking).toBe('ABORTED');
    kdf.gate = undefined;
    expect(await codeOf(vault.call('keys', undefined))).toBe('LOCKED');
    expect(keys.filter((told) => told !== undefined)).toEqual([]);
    expect(await vault.call('unlock', { password: PASSWORD })).toHaveLength(3);
  });

  it('when a thousand passwords come at once from one port, then four wait, and the others are refused before anything is stretched', async () => {
    const kdf = new FakeKdf();
    const first = await madeVault();
    const { vault } = await startVault({ storage: first.storage, kdf });
    const granted = new Caller<GrantedVaultService>(await vault.call('grant', { caller: 'mallory', keys: [], purposes: ['unlock'] }));
    kdf.gate = new Promise(() => {});
    const begun = kdf.begun;
    const outcomes: unknown[] = [];
    const flood = Array.from({ length: 1_000 }, () => codeOf(granted.call('unlock', { password: 'wrong' })).then((code) => outcomes.push(code)));
    await begun;
    await expect.poll(() => outcomes.length).toBe(995);
    expect(new Set(outcomes)).toEqual(new Set(['THROTTLED']));
    expect(kdf.requests).toHaveLength(1);
    kdf.gate = undefined;
    await vault.call('lock', undefined);
    await Promise.all(flood);
    expect(kdf.requests.length).toBeLessThanOrEqual(2);
  });
});

describe('threat 22: given somebody who guesses', () => {
  it('then every guess waits twice as long as the one before, a minute at most, though the process ends after each; then the right one opens', async () => {
    const { storage } = await madeVault();
    const clock = new StepClock();
    const spacing: number[] = [];
    for (let guess = 1; guess <= 10; guess++) {
      const { vault, kdf } = await startVault({ storage, clock });
      expect(await codeOf(vault.call('unlock', { password: `guess ${guess}` }))).toBe('WRONG_PASSWORD');
      const { wait } = (await vault.snapshot()).context;
      spacing.push(wait);
      clock.pass(Math.max(0, wait - 1));
      if (wait > 0) expect(await codeOf(vault.call('unlock', { password: PASSWORD })), 'one millisecond too early').toBe('THROTTLED');
      clock.pass(1);
      expect(kdf.requests.length, 'nothing is stretched in vain').toBe(1);
      await vault.stop();
    }
    expect(spacing).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(await (await startVault({ storage, clock })).vault.call('unlock', { password: PASSWORD })).toHaveLength(3);
  });

  it('then whoever else has a port, and the owner, need not wait for it, however many names it takes', async () => {
    const { storage } = await madeVault();
    const { vault } = await startVault({ storage });
    for (let i = 0; i < 257; i++) {
      const granted = new Caller<GrantedVaultService>(await vault.call('grant', { caller: `mallory ${i}`, keys: [], purposes: ['unlock'] }));
      expect(await codeOf(granted.call('unlock', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
      granted.close();
    }
    expect(await codeOf(vault.call('unlock', { password: 'wrong' }))).toBe('WRONG_PASSWORD');
    expect(await vault.call('unlock', { password: PASSWORD })).toHaveLength(3);
  });

  it('then names that a caller could mistake for one another have attempts of their own, and what is no name is refused', async () => {
    const { storage } = await madeVault();
    const { vault } = await startVault({ storage });
    const unlocks = async (caller: string): Promise<unknown> => {
      const granted = new Caller<GrantedVaultService>(await vault.call('grant', { caller, keys: [], purposes: ['unlock'] }));
      const outcome = await codeOf(granted.call('unlock', { password: 'wrong' }));
      granted.close();
      return outcome;
    };
    for (let i = 0; i < 2; i++) expect(await unlocks('page')).toBe('WRONG_PASSWORD');
    expect(await unlocks('page')).toBe('THROTTLED');
    for (const other of ['Page', 'page ', 'ｐage', 'p\u0430ge', 'page\u0000']) expect([other, await unlocks(other)]).toEqual([other, 'WRONG_PASSWORD']);
    for (const none of ['', 'page\ud800', 'x'.repeat(257)]) expect(await codeOf(vault.call('grant', { caller: none, keys: [], purposes: [] }))).toBe('INVALID_INPUT');
  });
});

describe('threat 23: given what is signed for one purpose, or by one key', () => {
  const keyData = mnemonicToKeyData(MNEMONIC, { keys: { admin: { type: 'ed25519', path: "m/44'/1991'/0'/0'" }, device: { type: 'ed25519', origin: 'device' }, ethereum: { type: 'secp256k1', path: "m/44'/60'/0'/0/0" }, entropy: ENTROPY_KEYS.programMod } });
  const NAMES = ['admin', 'device', 'ethereum', 'entropy'] as const;
  const publicKeys = new Map(NAMES.map((name) => [name, new Keyring(keyData).get(name).signer.publicKey]));
  const typeOf = (name: (typeof NAMES)[number]): KeyType => new Keyring(keyData).get(name).type;
  const started = async (): Promise<VaultLink> => {
    const { vault } = await startVault();
    await vault.call('create', { password: PASSWORD, keyData });
    return vault;
  };

  it('when a message is byte for byte what an entry signs, or the registry\'s own bytes, then its signature is none of that entry', async () => {
    const vault = await started();
    const signed = (await vault.call('sign', { key: 'admin', purpose: 'registry-entry', entry: ENTRY })) as SignedEntry;
    const hash = hashEntry(signed);
    for (const message of [hash, concatBytes(hash, hash), signed.data, signed.pubkey]) {
      const signature = await sign(vault, { key: 'admin', purpose: 'message', message });
      expect(signature).not.toEqual(signed.signature);
      expect(verifyEntry({ ...signed, signature })).toBe(false);
      expect(ed.verify(signature, message, signed.pubkey), 'no bytes are signed as they are').toBe(false);
      expect(verifyMessage({ type: 'ed25519', publicKey: signed.pubkey, message, signature: signed.signature })).toBe(false);
    }
  });

  it('when a payload is what a message is framed as, then it is FORBIDDEN for every key that signs payloads', async () => {
    const vault = await started();
    for (const key of ['ethereum', 'entropy']) {
      for (const payload of [frameOf(MESSAGE), frameOf(new Uint8Array(300)), concatBytes(frameOf(MESSAGE), MESSAGE)]) expect(await codeOf(sign(vault, { key, purpose: 'extrinsic', payload }))).toBe('FORBIDDEN');
    }
  });

  it('when a frame is signed as a message, then it is framed again, and its signature is none of the inner message', async () => {
    const vault = await started();
    for (const key of NAMES) {
      const signature = await sign(vault, { key, purpose: 'message', message: frameOf(MESSAGE) });
      expect(verifyMessage({ type: typeOf(key), publicKey: publicKeys.get(key)!, message: MESSAGE, signature })).toBe(false);
      expect(verifyMessage({ type: typeOf(key), publicKey: publicKeys.get(key)!, message: frameOf(MESSAGE), signature })).toBe(true);
    }
  });

  it('when a key is of another type than its purpose needs, then it is UNSUPPORTED, and nothing is signed', async () => {
    const vault = await started();
    for (const key of ['admin', 'device']) expect(await codeOf(sign(vault, { key, purpose: 'extrinsic', payload: MESSAGE }))).toBe('UNSUPPORTED');
    for (const key of ['ethereum', 'entropy']) expect(await codeOf(vault.call('sign', { key, purpose: 'registry-entry', entry: ENTRY }))).toBe('UNSUPPORTED');
  });

  it('when one key has signed, then no other key, and no other type, verifies it', async () => {
    const vault = await started();
    for (const key of NAMES) {
      const signature = await sign(vault, { key, purpose: 'message', message: MESSAGE });
      for (const other of NAMES) {
        for (const type of ['ed25519', 'secp256k1', 'sr25519'] as const) {
          expect(verifyMessage({ type, publicKey: publicKeys.get(other)!, message: MESSAGE, signature }), `${key} for ${other} as ${type}`).toBe(key === other && type === typeOf(key));
        }
      }
      if (key === 'ethereum' || key === 'entropy') {
        const payload = await sign(vault, { key, purpose: 'extrinsic', payload: MESSAGE });
        for (const type of ['ed25519', 'secp256k1', 'sr25519'] as const) expect(verifyMessage({ type, publicKey: publicKeys.get(key)!, message: MESSAGE, signature: payload.slice(0, 64) })).toBe(false);
      }
    }
  });

  it('when an entry names another key, then it is refused: the device signs none of the admin\'s', async () => {
    const vault = await started();
    expect(await codeOf(vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: { ...ENTRY, pubkey: publicKeys.get('admin')! } }))).toBe('INVALID_INPUT');
    const granted = new Caller<GrantedVaultService>(await vault.call('grant', { caller: 'a page', keys: ['device'], purposes: ['registry-entry'] }));
    expect(await codeOf(granted.call('sign', { key: 'admin', purpose: 'registry-entry', entry: ENTRY }))).toBe('FORBIDDEN');
    const signed = (await granted.call('sign', { key: 'device', purpose: 'registry-entry', entry: ENTRY })) as SignedEntry;
    expect([verifyEntry(signed), verifyEntry({ ...signed, pubkey: publicKeys.get('admin')! })]).toEqual([true, false]);
  });
});

describe.each(HOMES)('threat 24: given a vault $where whose keys are swapped while it signs', ({ workers }) => {
  it('then each signature is of one key from beginning to end, and after the answer only of the new one', async () => {
    const vault = await openVault({ storage: 'memory', workers: await workers(), policy: CHEAP });
    onTestFinished(() => vault.close());
    const datas = [KEY_DATA, mnemonicToKeyData(generateMnemonic())] as const;
    await vault.create({ password: PASSWORD, keyData: datas[0] }, { ephemeral: true });
    const [before, after] = datas.map((keyData) => new Keyring(keyData).get('device').signer.publicKey) as [Uint8Array, Uint8Array];
    const signed: Promise<SignedEntry>[] = [];
    const signMore = (): void => void signed.push(vault.sign({ key: 'device', purpose: 'registry-entry', entry: { ...ENTRY, revision: BigInt(signed.length) } }));
    for (let i = 0; i < 20; i++) signMore();
    const swapping = vault.swap({ password: PASSWORD, keyData: datas[1] }).then(() => 'swapped' as const);
    do signMore();
    while ((await Promise.race([swapping, signed.at(-1)])) !== 'swapped');
    const entries = await Promise.all(signed);
    for (const entry of entries) {
      expect(verifyEntry(entry)).toBe(true);
      expect([before, after]).toContainEqual(entry.pubkey);
    }
    const firstNew = entries.findIndex(({ pubkey }) => pubkey.join() === after.join());
    for (const { pubkey } of firstNew < 0 ? [] : entries.slice(firstNew)) expect(pubkey, 'none goes back').toEqual(after);
    expect(entries[0]!.pubkey).toEqual(before);
    expect((await vault.sign({ key: 'device', purpose: 'registry-entry', entry: ENTRY })).pubkey).toEqual(after);
  });
});

it('threat 24: given another password, then the data key before it opens nothing any more', async () => {
  const witness = new Witness([]);
  const { draws } = plantDraws(witness);
  const { vault, storage } = await madeVault();
  const [old] = draws;
  const opens = async (): Promise<boolean> => {
    const stored = await storedIn(storage);
    return draws.some((key) => key === old && isOpened(stored, key));
  };
  expect(await opens()).toBe(true);
  await vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
  expect(await opens()).toBe(false);
  expect(draws.some((key) => key !== old)).toBe(true);
});

const isOpened = (stored: Uint8Array, key: Uint8Array): boolean => {
  try {
    return openPayload(decodeVault(stored), key).length > 0;
  } catch {
    return false;
  }
};

describe('threat 25: given a realm that was poisoned', () => {
  const spies: { mockRestore(): void }[] = [];
  afterEach(() => {
    for (const spy of spies.splice(0)) spy.mockRestore();
    ed.hashes.sha512 = sha512;
  });
  const randomness = (fill: (bytes: Uint8Array) => void): void => {
    spies.push(
      vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
        fill(array as unknown as Uint8Array);
        return array;
      }),
    );
  };
  const BROKEN: readonly (readonly [string, (bytes: Uint8Array) => void])[] = [
    ['gives zeros', (bytes) => bytes.fill(0)],
    ['does nothing', () => {}],
    ['always gives the same', (bytes) => bytes.fill(0x5a)],
  ];

  it.each(BROKEN)('when its random number generator %s, then no vault is made (K9)', async (_what, fill) => {
    const storage = new MemoryStorage({ durable: true });
    const { vault } = await startVault({ storage });
    randomness(fill);
    expect(await codeOf(vault.call('create', { password: PASSWORD, keyData: KEY_DATA }))).toBe('UNSUPPORTED');
    expect(await codeOf(vault.call('recover', { password: PASSWORD, mnemonic: MNEMONIC }))).toBe('UNSUPPORTED');
    expect(storage.commits).toBe(0);
    expect(await stateOf(vault)).toBe('empty');
    expect(await codeOf(vault.call('ephemeral', undefined))).toBe('UNSUPPORTED');
  });

  it.each(BROKEN)('when its random number generator %s from now on, then what is stored is not sealed anew under nonces or keys of it', async (_what, fill) => {
    const osKeyring = new FakeOsKeyring();
    const { vault, storage } = await madeVault({ osKeyring });
    const stored = await storedIn(storage);
    randomness(fill);
    const refused = [
      await codeOf(vault.call('changePassword', { password: PASSWORD, newPassword: 'new' })),
      await codeOf(vault.call('importKey', { name: 'more', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } })),
      await codeOf(vault.call('importKey', { name: 'more', key: { type: 'ed25519', secret: `0x${'22'.repeat(32)}` } })),
      await codeOf(vault.call('addUnlock', { password: PASSWORD, method: 'os' })),
    ];
    // The same again is told from the second draw on.
    expect(refused.slice(2)).toEqual(['UNSUPPORTED', 'UNSUPPORTED']);
    expect(refused[0]).toBe('UNSUPPORTED');
    expect(await storedIn(storage)).toEqual(stored);
    spies.splice(0).forEach((spy) => spy.mockRestore());
    expect(await vault.call('exportKeyData', { password: PASSWORD })).toEqual(KEY_DATA);
  });

  it('when it gives zeros for keys alone, then nothing is made or sealed anew with these', async () => {
    const draw = crypto.getRandomValues.bind(crypto);
    const { vault, storage } = await madeVault();
    const stored = await storedIn(storage);
    randomness((bytes) => void (bytes.length === 32 ? bytes.fill(0) : draw(bytes as Uint8Array<ArrayBuffer>)));
    expect(await codeOf((await startVault()).vault.call('create', { password: PASSWORD, keyData: KEY_DATA }))).toBe('UNSUPPORTED');
    expect(await codeOf(vault.call('changePassword', { password: PASSWORD, newPassword: 'new' }))).toBe('UNSUPPORTED');
    expect(await codeOf(vault.call('addUnlock', { password: PASSWORD, method: 'os' }))).toBe('UNSUPPORTED');
    expect(await storedIn(storage)).toEqual(stored);
  });

  it('when another hash was put in the place that all code of the realm shares, then it signs as before', async () => {
    const { vault } = await madeVault();
    const right = await sign(vault, { key: 'device', purpose: 'message', message: MESSAGE });
    ed.hashes.sha512 = () => new Uint8Array(64);
    expect(await sign(vault, { key: 'device', purpose: 'message', message: MESSAGE })).toEqual(right);
  });

  /** Built-ins as careless code has replaced them. */
  const POISONS: readonly (readonly [string, object, string, (original: (...args: never[]) => unknown) => (...args: never[]) => unknown])[] = [
    ['Uint8Array.prototype.slice, which gives zeros', Object.getPrototypeOf(Uint8Array.prototype) as object, 'slice', () => function (this: Uint8Array) { return new Uint8Array(this.length); }],
    ['Uint8Array.prototype.slice, which gives a view', Object.getPrototypeOf(Uint8Array.prototype) as object, 'slice', () => function (this: Uint8Array) { return Reflect.construct(Uint8Array, [0]) as unknown; }],
    ['Uint8Array.prototype.set, which does nothing', Object.getPrototypeOf(Uint8Array.prototype) as object, 'set', () => () => {}],
    ['Uint8Array.prototype.fill, which does nothing', Object.getPrototypeOf(Uint8Array.prototype) as object, 'fill', () => function (this: Uint8Array) { return this; }],
    ['Uint8Array.prototype.subarray, which gives all', Object.getPrototypeOf(Uint8Array.prototype) as object, 'subarray', () => function (this: Uint8Array) { return this; }],
    ['Array.prototype.map, which gives what it was given', Array.prototype, 'map', () => function (this: unknown[]) { return this; }],
    ['JSON.parse, which gives nothing', JSON, 'parse', () => () => ({})],
    ['JSON.stringify, which gives nothing', JSON, 'stringify', () => () => '{}'],
    ['TextEncoder.prototype.encode, which gives zeros', TextEncoder.prototype, 'encode', () => (...[text]: string[]) => new Uint8Array((text ?? '').length)],
  ];

  it.each(POISONS)('when it has %s, then whatever is asked while it has is refused, and nothing is stored or signed (K9)', async (_what, owner, name, poison) => {
    const { vault, storage, clock } = await madeVault();
    const stored = await storedIn(storage);
    const original = Object.getOwnPropertyDescriptor(owner, name)!;
    const outcomes: Promise<unknown>[] = [];
    // While it is poisoned nothing but the vault runs: it is asked without a port between.
    const asks = await directAsks(storage);
    Object.defineProperty(owner, name, { ...original, value: poison(original.value as never) });
    try {
      for (const ask of asks) outcomes.push(ask().then(() => 'done', (error: unknown) => (error as { code?: unknown }).code ?? 'failed'));
    } finally {
      Object.defineProperty(owner, name, original);
    }
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => 'UNSUPPORTED'));
    expect(await storedIn(storage)).toEqual(stored);
    await vault.call('lock', undefined);
    clock.pass(60_000);
    expect(await vault.call('unlock', { password: PASSWORD })).toHaveLength(3);
  });
});

describe('threat 26: given a vault that is recovered, which makes a new device key', () => {
  it.each(['full', 'closed'] as const)('when the storage is %s before it is stored, then that key never comes to hand, and nothing was signed with it', async (fault) => {
    const storage = new MemoryStorage({ durable: true });
    const { vault, kdf } = await startVault({ storage });
    let open: () => void = Object;
    kdf.gate = new Promise((resolve) => (open = resolve));
    const begun = kdf.begun;
    const recovering = codeOf(vault.call('recover', { mnemonic: MNEMONIC, password: PASSWORD }));
    const signing = codeOf(sign(vault, { key: 'device', purpose: 'message', message: MESSAGE }));
    await begun;
    storage.fault = fault;
    open();
    expect(await recovering).toBe('STORAGE');
    expect(await signing).toMatch(/LOCKED|STORAGE/);
    storage.fault = undefined;
    expect(await codeOf(sign(vault, { key: 'device', purpose: 'message', message: MESSAGE }))).toMatch(/LOCKED|STORAGE/);
    expect(storage.commits).toBe(0);
  });

  it('when it signs, then the key that signs is the one that is stored', async () => {
    const { vault, storage } = await startVault();
    await vault.call('recover', { mnemonic: MNEMONIC, password: PASSWORD });
    const { pubkey } = (await vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: ENTRY })) as SignedEntry;
    const later = await startVault({ storage });
    await later.vault.call('unlock', { password: PASSWORD });
    expect(((await later.vault.call('sign', { key: 'device', purpose: 'registry-entry', entry: ENTRY })) as SignedEntry).pubkey).toEqual(pubkey);
  });
});

/** What can be asked of an unlocked vault on a storage, by its calls alone. */
async function directAsks(storage: StorageAdapter): Promise<readonly (() => Promise<unknown>)[]> {
  const kdf = new FakeKdf();
  const clock = new StepClock();
  const { definition } = makeVaultActor(
    { clock, kdf: kdf.kdf, openPlace: () => openVaultPlace(undefined, storage, clock), osKeyring: new FakeOsKeyring(), channel: () => inlineChannel(eventLoop) },
    { policy: { ...DEFAULT_POLICY, ...CHEAP } },
  );
  const actor = createActor(definition.logic, { clock });
  if (definition.service === undefined) throw new Error('the vault serves nothing');
  const { calls } = definition.service(actor);
  actor.start();
  onTestFinished(() => void actor.stop());
  const context: CallContext = { signal: new AbortController().signal, transfer: () => {} };
  await calls.unlock({ password: PASSWORD }, context);
  const message = MESSAGE.slice();
  return [
    () => calls.sign({ key: 'device', purpose: 'message', message }),
    () => calls.sign({ key: 'device', purpose: 'registry-entry', entry: ENTRY }),
    async () => calls.ephemeral('ed25519'),
    () => calls.unlock({ password: PASSWORD }, context),
    () => calls.changePassword({ password: PASSWORD, newPassword: 'new' }, context),
    () => calls.importKey({ name: 'more', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } }, context),
    () => calls.recover({ password: PASSWORD, mnemonic: MNEMONIC, replace: true }, context),
    () => calls.exportKeyData({ password: PASSWORD }, context),
  ];
}

describe('threat 29: given passwords that are wrong at their beginning or at their end', () => {
  it('then each is stretched once, and its error is the same, as is that of a key that was tampered with', async () => {
    const { storage } = await madeVault();
    const wrong = [`X${PASSWORD.slice(1)}`, `${PASSWORD.slice(0, -1)}X`, '', ' ', PASSWORD.slice(1), `${PASSWORD}X`, PASSWORD.toUpperCase(), 'x'.repeat(1_024)].filter((password) => password !== '');
    const told = [];
    for (const password of wrong) {
      const { vault, kdf } = await startVault({ storage, clock: new StepClock() });
      const error = (await vault.call('unlock', { password }).catch((thrown: unknown) => thrown)) as Error & { code: string };
      told.push({ code: error.code, message: error.message, name: error.name, keys: Object.keys(error).toSorted(), cause: error.cause, runs: kdf.requests.length, memory: kdf.requests.map(({ memory, passes }) => [memory, passes]) });
      await vault.stop();
      await forget(storage);
    }
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(told[0]).toMatchObject({ code: 'WRONG_PASSWORD', runs: 1, cause: undefined });
  });

  it('then a tag that is wrong at any of its bytes gives the same error after the same work', async () => {
    const { storage } = await madeVault();
    const text = new TextDecoder().decode(await storedIn(storage));
    const { methods } = decodeVault(await storedIn(storage));
    const told = [];
    for (let at = 0; at < 16; at++) {
      const key = methods[0]!.key.slice();
      key[32 + at]! ^= 1;
      const tampered = new MemoryStorage({ durable: true });
      await put(tampered, resealed(text, key));
      const { vault, kdf } = await startVault({ storage: tampered });
      const error = (await vault.call('unlock', { password: PASSWORD }).catch((thrown: unknown) => thrown)) as Error & { code: string };
      told.push(JSON.stringify([error.code, error.message, kdf.requests.length]));
    }
    expect(new Set(told)).toEqual(new Set([JSON.stringify(['WRONG_PASSWORD', 'this password does not open the vault', 1])]));
  });
});

/** Writes a vault past the library. */
const put = async (storage: StorageAdapter, vault: Uint8Array): Promise<void> => (await storage.open()).update([{ key: VAULT_KEY, decide: () => new Uint8Array(vault) }]);
const forget = async (storage: StorageAdapter): Promise<void> => (await storage.open()).update([{ key: ATTEMPTS_KEY, decide: () => null }]);

/** A vault with another wrapped key, and the checksum of that. */
const resealed = (text: string, key: Uint8Array): Uint8Array => withChecksum(text.replace(/"key":"[^"]+"/, `"key":"${base64urlnopad.encode(key)}"`));
