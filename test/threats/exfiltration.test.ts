import { describe, expect, it, onTestFinished } from 'vitest';
import type { PublicKey } from '../../actors/vault/service.ts';
import { decodeVault, sealVault } from '../../src/keyring/vault/index.ts';
import { grantedVault } from '../../src/runtime/granted-vault.ts';
import { openVault } from '../../src/runtime.ts';
import { VAULT_KEY } from '../../src/storage/vault/keys.ts';
import { CHEAP, KEY_DATA, PASSWORD, startVault } from '../actors/vault/fixture.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { first, HOMES } from '../runtime/fixture/runtime.ts';
import { CanarySearch, marker } from './fixture/canary.ts';
import { PASSWORD_LENGTHS, Secrets, VaultLife } from './fixture/life.ts';
import { watchedWorkers } from './fixture/watched-threads.ts';
import { startWatchedVault } from './fixture/watched-vault.ts';
import { plantDraws, Witness } from './fixture/witness.ts';

const nameOf = (value: unknown): string => (typeof value === 'string' ? value : Object.entries(value as object).map(([state, inner]) => `${state}.${String(inner)}`).join());
const namesOf = (keys: unknown): string[] => (keys as readonly PublicKey[]).map(({ name }) => name);

describe('given the whole life of a vault, watched at every port, event, snapshot, error and stored byte', () => {
  it('threat 2, threat 3, threat 5, threat 6, threat 9: then no secret is anywhere but in what was exported, not even the length of a password', async () => {
    const secrets = new Secrets();
    const witness = new Witness(secrets.canaries(), PASSWORD_LENGTHS);
    witness.watchRealm();
    const { draws } = plantDraws(witness);
    const { vault, clock, kdf, osKeyring, storage } = await startWatchedVault(witness);
    const life = new VaultLife((name, input, options) => (vault.call as (...args: unknown[]) => Promise<unknown>)(name, input, options), secrets, witness);
    const { password, newPassword, wrongPassword, mnemonic, passphrase, keyData, imported, misplaced } = secrets;
    const states = new Set<string>();
    vault.snapshot$.subscribe((snapshot) => {
      states.add(nameOf(snapshot.value));
      witness.see('a snapshot stream', snapshot);
    });
    vault.emitted$.subscribe((event) => witness.see('an emitted event', event));
    vault.inspect$.subscribe((event) => witness.see('an inspection stream', event));
    const keysTold: unknown[] = [];
    vault.stream('keys').subscribe((keys) => keysTold.push(keys));
    const abort = new AbortController();
    const pass = (): void => clock.pass(60_000);
    const expectNothingStored = async (work: () => Promise<readonly string[]>): Promise<void> => {
      const { commits } = storage;
      expect(await work()).toEqual([]);
      expect(storage.commits).toBe(commits);
    };

    // Empty, and asked for what cannot be.
    await expectNothingStored(() => life.errs());
    expect(await life.does('unlock', { password })).toBe('STORAGE');
    // Made of a mnemonic, locked, and unlocked with wrong passwords and right ones.
    const made = await life.does('create', { password, mnemonic, passphrase });
    expect(namesOf(made)).toEqual(['programMod', 'developer', 'device']);
    await expectNothingStored(() => life.errs());
    await life.does('lock');
    await expectNothingStored(() => life.errs());
    expect(await life.does('keys')).toBe('LOCKED');
    expect(await life.does('unlock', { password: wrongPassword })).toBe('WRONG_PASSWORD');
    expect(await life.does('unlock', { password: `${password.slice(0, -1)}x` })).toBe('WRONG_PASSWORD');
    expect(await life.does('unlock', { password })).toBe('THROTTLED');
    pass();
    expect(await life.does('unlock', { password, [misplaced]: 1 })).toBe('INVALID_INPUT');
    expect(await life.does('unlock', { password })).toEqual(made);
    await life.signs(namesOf(made));
    await life.grants(['device']);
    // Other keys, one more, one less, and another password.
    expect(namesOf(await life.does('importKey', { name: 'imported', key: { type: 'ed25519', secret: imported } }))).toContain('imported');
    await life.does('removeKey', { name: 'imported' });
    expect(await life.does('removeKey', { name: misplaced })).toBe('UNKNOWN_KEY');
    expect(await life.does('swap', { password: wrongPassword, keyData })).toBe('WRONG_PASSWORD');
    expect(namesOf(await life.does('swap', { password, keyData }))).toContain('entropy');
    expect((await life.signs(['device', 'ethereum', 'entropy'])).filter((outcome) => typeof outcome === 'object')).toHaveLength(6);
    expect(await life.does('changePassword', { password, newPassword })).toBeUndefined();
    expect(await life.does('exportKeyData', { password })).toBe('WRONG_PASSWORD');
    pass();
    expect(await life.does('exportKeyData', { password: newPassword })).toEqual(keyData);
    for (const type of ['ed25519', 'secp256k1', 'sr25519']) {
      const { public: name } = (await life.does('ephemeral', type)) as { public: string };
      expect(await life.does('signEphemeral', { public: name, purpose: 'message', message: secrets.message })).toHaveLength(64);
      expect(await life.does('signEphemeral', { public: name, purpose: 'message', message: secrets.message })).toBe('UNKNOWN_KEY');
    }
    // Opened by the operating system's keyring.
    await life.does('addUnlock', { password: newPassword, method: 'os' });
    expect(osKeyring.secrets.size).toBe(1);
    await life.does('lock');
    expect(namesOf(await life.does('unlock', { method: 'os' }))).toContain('device');
    osKeyring.isThere = false;
    expect(await life.does('unlock', { method: 'os' })).toBe('UNSUPPORTED');
    osKeyring.isThere = true;
    await life.does('removeUnlock', { password: newPassword, method: 'os' });
    // Locked, and given up, while a password is stretched.
    kdf.gate = new Promise(() => {});
    for (const end of [() => vault.call('lock', undefined), async () => abort.abort()]) {
      const begun = kdf.begun;
      const unlocking = life.does('unlock', { password: newPassword }, { signal: abort.signal });
      await begun;
      expect((await vault.snapshot()).value).toEqual(expect.not.objectContaining({ locked: 'ready' }));
      await end();
      expect(await unlocking).toMatch(/LOCKED|ABORTED/);
      await vault.snapshot();
      pass();
    }
    kdf.gate = undefined;
    pass();
    // Recovered, locked by itself, and while its storage fails.
    expect(await life.does('recover', { mnemonic, passphrase, password: wrongPassword })).toBe('CONFLICT');
    expect(namesOf(await life.does('recover', { mnemonic, passphrase, password, replace: true }))).toEqual(namesOf(made));
    clock.sleep(3_600_000);
    expect(await life.does('keys')).toBe('LOCKED');
    expect(await life.does('exportKeyData', { password })).toMatchObject({ version: 1 });
    storage.fault = 'closed';
    expect(await life.does('unlock', { password })).toBe('STORAGE');
    storage.fault = undefined;
    await life.does('unlock', { password });
    storage.fault = 'full';
    expect(await life.does('removeKey', { name: 'device' })).toBe('STORAGE');
    storage.fault = undefined;
    // And its end.
    expect(await life.does('exportKeyData', { password })).toMatchObject({ version: 1 });
    await life.does('destroy', { password });
    await expect.poll(() => [...states]).toContain('empty');
    witness.see('the performance timeline', performance.getEntries().map(({ name, entryType }) => [name, entryType]));
    await vault.stop();

    expect([...new Set(witness.leaks)].filter((leak) => !leak.endsWith(' in an export'))).toEqual([]);
    // What is looked at is seen: the search works where it looks, and it looked everywhere.
    expect(new Set(witness.leaks)).toContain('the secret of a key in an export');
    expect(witness.leaks.filter((leak) => /password|mnemonic|passphrase|key-encryption|misplaced/.test(leak))).toEqual([]);
    expect(witness.counts.get('an export')).toBe(6); // three, each as a message and as an answer
    expect(draws.length).toBeGreaterThan(5);
    for (const place of ['a message', 'an error', 'an inspection event', 'a persisted snapshot', 'a snapshot', 'a snapshot stream', 'an emitted event', 'an inspection stream', 'a stored record']) {
      expect({ place, seen: witness.counts.get(place) ?? 0 }).toEqual({ place, seen: expect.toSatisfy((seen: number) => seen > 10) as unknown });
    }
    expect([...states].toSorted()).toEqual(
      ['creating', 'empty', 'locked.delayed', 'locked.ready', 'locking', 'proving', 'unavailable', 'unlocked.changing', 'unlocked.resting', 'unlocking'],
    );
    expect(life.codes).toEqual(new Set(['ABORTED', 'CONFLICT', 'FORBIDDEN', 'INVALID_INPUT', 'LOCKED', 'STORAGE', 'THROTTLED', 'UNKNOWN_KEY', 'UNSUPPORTED', 'WRONG_PASSWORD']));
    expect(keysTold.length).toBeGreaterThan(5);
  });
});

describe('threat 4: given a vault in a real worker, watched at every port of this thread', () => {
  it('then nothing that crosses, and no event of the worker, holds a secret but what was exported', async () => {
    const secrets = new Secrets();
    const witness = new Witness(secrets.canaries(), PASSWORD_LENGTHS);
    witness.watchRealm();
    const factory = await watchedWorkers(witness);
    const vault = await openVault({ storage: 'memory', workers: factory, policy: CHEAP });
    onTestFinished(() => vault.close());
    vault.state$.subscribe((state) => witness.see('a state', state));
    const life = new VaultLife(
      (name, input, options) => {
        const { ephemeral, ...contents } = (input ?? {}) as { ephemeral?: true };
        if (name === 'create') return vault.create(contents as never, { ...options, ephemeral });
        return (vault as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name === 'signEphemeral' ? 'keys' : name]!(input, options);
      },
      secrets,
      witness,
    );
    const { password, newPassword, wrongPassword, mnemonic, passphrase, keyData, imported, misplaced } = secrets;
    expect(namesOf(await life.does('create', { password, mnemonic, passphrase, ephemeral: true }))).toEqual(['programMod', 'developer', 'device']);
    await life.signs(['device']);
    await life.grants(['device']);
    await life.errs();
    expect(namesOf(await life.does('importKey', { name: 'imported', key: { type: 'ed25519', secret: imported } }))).toContain('imported');
    expect(namesOf(await life.does('swap', { password, keyData }))).toContain('entropy');
    await life.signs(['entropy', 'ethereum']);
    expect(await life.does('changePassword', { password, newPassword })).toBeUndefined();
    expect(await life.does('unlock', { password: wrongPassword })).toBe('WRONG_PASSWORD');
    expect(namesOf(await life.does('unlock', { password: newPassword }))).toContain('entropy');
    await life.does('lock');
    const unlocking = life.does('unlock', { password: newPassword });
    await first(vault.state$, (state) => state === 'unlocking' || state === 'unlocked');
    await life.does('lock');
    expect(await unlocking).toMatch(/LOCKED/);
    // Messages that no honest side sends: garbage, calls of what is not served, and arguments that are none.
    const port = await vault.grant({ caller: 'mallory', keys: [], purposes: ['unlock'] });
    const thrown = { type: 'HANDLER', name: 'throw', value: { isError: true, value: { message: misplaced } } };
    for (const message of [misplaced, { [misplaced]: misplaced }, { id: '1', type: misplaced }, { id: '2', type: 'GET', path: [misplaced] }, called([misplaced]), called(['constructor', misplaced]), called(['unlock'], { type: 'RAW', value: misplaced }), called(['unlock'], thrown), called(['unlock'], misplaced), called(['unlock'])]) {
      port.postMessage(message);
    }
    const mallory = grantedVault(port);
    expect(await life.sees('a granted unlock', mallory.unlock({ password: misplaced }))).toBe('WRONG_PASSWORD');
    mallory.close();
    expect(await life.does('exportKeyData', { password: newPassword })).toMatchObject({ version: 1 });
    expect(await life.does('destroy', { password: newPassword })).toBeUndefined();
    await vault.close();

    expect([...new Set(witness.leaks)].filter((leak) => leak !== 'the secret of a key in an export')).toEqual([]);
    expect(witness.leaks).toContain('the secret of a key in an export');
    for (const place of ['a message', 'an error', 'a state']) expect({ place, seen: witness.counts.get(place) ?? 0 }).toEqual({ place, seen: expect.toSatisfy((seen: number) => seen > 3) as unknown });
    expect([...witness.counts.keys()].filter((place) => /worker's (error|messageerror)/.test(place))).toEqual([]);
  });
});

describe('threat 2: given a locked vault', () => {
  it('then what it tells is how it stands, and nothing of its keys, not even their number', async () => {
    const one = await startVault();
    await one.vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
    const another = await startVault();
    await another.vault.call('create', { password: `${PASSWORD}, and longer`, keyData: { version: 1, device: KEY_DATA['device']! } });
    const told = await Promise.all(
      [one, another].map(async ({ vault }) => {
        await vault.call('lock', undefined);
        const refused = await Promise.all([
          codeOf(vault.call('keys', undefined)),
          codeOf(vault.call('sign', { key: 'device', purpose: 'message', message: new Uint8Array(1) })),
          codeOf(vault.call('sign', { key: 'developer', purpose: 'message', message: new Uint8Array(1) })),
          codeOf(vault.call('removeKey', { name: 'developer' })),
        ]);
        const keys = await new Promise((resolve) => vault.stream('keys').subscribe(resolve));
        return { refused, keys, snapshot: await vault.snapshot() };
      }),
    );
    expect(told[0]).toEqual(told[1]);
    expect(told[0]).toEqual({ refused: ['LOCKED', 'LOCKED', 'LOCKED', 'LOCKED'], keys: undefined, snapshot: expect.objectContaining({ value: { locked: 'ready' }, context: { wait: 0, progress: 0 } }) as unknown });
  });

  it('then what is stored of it names no key', async () => {
    const { vault, storage } = await startVault();
    await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
    const [record] = await (await storage.open()).getMany([VAULT_KEY]);
    expect(new TextDecoder().decode(record)).not.toMatch(/programMod|developer|device|ed25519|1991/);
  });
});

describe('threat 3: given a vault that was sealed with its own key, and holds no key data', () => {
  it.each([
    ['no JSON', (secret: string) => `${secret} is no JSON`],
    ['JSON of something else', (secret: string) => JSON.stringify({ version: 1, [secret]: secret })],
    ['bytes that are no text', (secret: string) => `${secret}\u0000`],
  ])('when it is %s, then that is told without a word of it', async (_what, payloadOf) => {
    const secret = marker();
    const witness = new Witness([{ name: 'the payload', secret }]);
    const { draws } = plantDraws(witness);
    const { vault, storage } = await startWatchedVault(witness);
    await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
    const connection = await storage.open();
    const [record] = await connection.getMany([VAULT_KEY]);
    const { id, generation, methods } = decodeVault(record!);
    const payload = new TextEncoder().encode(payloadOf(secret));
    if (payload.at(-1) === 0) payload.fill(0xff, -1);
    const [dataKey] = draws;
    await connection.update([{ key: VAULT_KEY, decide: () => sealVault({ id, generation: generation + 1n, dataKey: dataKey!, methods, payload }) }]);
    const errors = [await vault.call('removeKey', { name: 'device' }).catch((error: unknown) => error), await vault.call('unlock', { password: PASSWORD }).catch((error: unknown) => error)];
    expect(errors).toEqual([expect.objectContaining({ code: 'LOCKED' }), expect.objectContaining({ code: 'STORAGE' })]);
    witness.see('an error', errors);
    expect(witness.leaks).toEqual([]);
  });
});

describe.each(HOMES)('threat 1: given the handles of a vault $where', ({ workers }) => {
  it('then no way leads from them to a secret, nor does a copy of them', async () => {
    const vault = await openVault({ storage: 'memory', workers: await workers(), policy: CHEAP });
    onTestFinished(() => vault.close());
    const secrets = new Secrets();
    const search = new CanarySearch(secrets.canaries());
    await vault.create({ password: secrets.password, keyData: secrets.keyData }, { ephemeral: true });
    await vault.unlock({ password: secrets.password });
    const granted = grantedVault(await vault.grant({ caller: 'a page', keys: ['device'], purposes: ['message'] }));
    onTestFinished(() => granted.close());
    const handles = { vault, signer: vault.signer('device'), entropy: vault.signer('entropy'), granted, of: await granted.signer('device'), ephemeral: await vault.ephemeral(), state$: vault.state$ };
    for (const [name, handle] of Object.entries(handles)) {
      expect([name, search.find(handle)]).toEqual([name, []]);
      expect(search.find([Object.getOwnPropertyDescriptors(handle), Object.entries(handle), Object.getPrototypeOf(handle), await copiesOf(handle)])).toEqual([]);
    }
  });
});

describe.each(HOMES)('threat 9: given what a vault $where tells', ({ workers }) => {
  it('when it is written to, then nothing changes: neither for the vault, nor for its handle, nor for others who are told', async () => {
    const vault = await openVault({ storage: 'memory', workers: await workers(), policy: CHEAP });
    onTestFinished(() => vault.close());
    const made = await vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    const { publicKey } = vault.signer('device');
    const before = structuredClone(made);
    poison(made);
    expect(vault.signer('device').publicKey).toEqual(publicKey);
    expect(() => vault.signer('mallory')).toThrow(expect.objectContaining({ code: 'UNKNOWN_KEY' }));
    poison(await vault.keys());
    expect(await vault.keys()).toEqual(before);
    publicKey.fill(0);
    expect(vault.signer('device').publicKey).not.toEqual(publicKey);
    const exported = (await vault.exportKeyData({ password: PASSWORD })) as Record<string, { secret: string }>;
    exported['device']!.secret = '0x00';
    expect(await vault.exportKeyData({ password: PASSWORD })).toEqual(KEY_DATA);
  });
});

it('threat 9: given what a vault emits, then it is words and numbers', async () => {
  const { vault } = await startVault();
  const told: { readonly type: string }[] = [];
  vault.emitted$.subscribe((event) => told.push(event));
  await vault.call('create', { password: PASSWORD, keyData: KEY_DATA });
  await vault.call('lock', undefined);
  await expect.poll(() => told.at(-1)).toEqual({ type: 'vault.locked', reason: 'asked' });
  for (const event of told) expect(Object.values(event).every((value) => typeof value === 'number' || typeof value === 'string')).toBe(true);
  expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['kdf.progress', 'vault.unlocked', 'vault.locked']));
});

/** A call as Comlink spells it. */
const called = (path: readonly unknown[], ...argumentList: readonly unknown[]): object => ({ id: marker(8), type: 'APPLY', path, argumentList });

/** Writes to keys that were told, as somebody who takes them for their own. */
function poison(keys: readonly PublicKey[]): void {
  for (const key of keys) Object.assign(key, { name: 'mallory', public: '0x00', type: 'sr25519' });
  (keys as PublicKey[]).length = 1;
}

/** What JSON and structured clone make of a value, or what they throw. */
async function copiesOf(value: unknown): Promise<unknown> {
  return Promise.allSettled([async () => JSON.stringify(value), async (): Promise<unknown> => structuredClone(value)].map(async (copy) => copy()));
}
