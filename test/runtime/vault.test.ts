import { describe, expect, it, onTestFinished } from 'vitest';
import { Keyring, generateMnemonic, mnemonicToKeyData } from '../../src/keyring/index.ts';
import { hashDatakey, signEntry, verifyEntry } from '../../src/registry/index.ts';
import { grantedVault } from '../../src/runtime/granted-vault.ts';
import { openVault, type Runtime, type RuntimeOptions, type VaultState } from '../../src/runtime.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { startPortals } from './fixture/portals.ts';
import { first, HOMES, lastingStorage, live, QUICK, Seen, startRuntime, Workers } from './fixture/runtime.ts';

const PASSWORD = 'correct horse battery staple';
/** As little as a password may be stretched: what it costs is not what is tested here. */
const CHEAP = { vaultMemory: 19_456, vaultPasses: 2 } as const;
const KEY_DATA = mnemonicToKeyData(generateMnemonic());
const MESSAGE = new TextEncoder().encode('a word');

/** Nobody is there: a vault needs no portal. */
const NOWHERE = ['http://127.0.0.1:1'];

/** A storage for vaults, for the running test: all runtimes of an origin share one in a browser, so that it leaves none behind. */
async function vaultStorage() {
  const storage = await lastingStorage();
  onTestFinished(async () => {
    const vault = await openVault({ storage, workers: (await Workers.load()).factory, policy: { ...QUICK, ...CHEAP } });
    const state = await first(vault.state$, (now) => now !== 'opening');
    if (state !== 'empty') await vault.recover({ mnemonic: generateMnemonic(), password: PASSWORD, replace: true }).then(() => vault.destroy({ password: PASSWORD }));
    await vault.close();
  });
  return storage;
}

const state = (runtime: Pick<Runtime, 'vault'>, awaited: VaultState): Promise<unknown> => first(runtime.vault.state$, (now) => now === awaited);

describe.each(HOMES)('given a runtime with its actors $where', ({ workers }) => {
  const start = async (portals: readonly string[], options: Parameters<typeof startRuntime>[1] = {}): Promise<Runtime> =>
    startRuntime(portals, { workers: await workers(), ...options, policy: { ...CHEAP, ...options.policy } });

  it('when a vault is made, then its keys sign entries that portals take and readers verify', async () => {
    const portals = await startPortals(1);
    const runtime = await start(portals.urls);
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    const signer = runtime.vault.signer('developer');
    const entry = await signEntry({ pubkey: signer.publicKey, datakey: hashDatakey('a name'), data: MESSAGE, revision: 0n }, signer);
    await runtime.write(entry);
    const read = await runtime.read(entry, { maxStaleness: 0 });
    expect(read).toMatchObject({ exists: true, data: MESSAGE });
  });

  it('when its state is followed, then it goes from empty to unlocked, and is locked when it is told to be', async () => {
    const runtime = await start(NOWHERE);
    const states: VaultState[] = [];
    const subscription = runtime.vault.state$.subscribe((now) => states.push(now));
    onTestFinished(() => subscription.unsubscribe());
    await state(runtime, 'empty');
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    await state(runtime, 'unlocked');
    await runtime.vault.lock();
    expect(() => runtime.vault.signer('device')).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    await expect.poll(() => states.at(-1)).toBe('locked');
    expect(states.filter((now) => now !== 'opening')).toEqual(['empty', 'creating', 'unlocked', 'locked']);
    await runtime.actors.vault.send({ type: 'LOCK' });
    expect(await codeOf(runtime.actors.vault.send({ type: 'UNLOCK', task: 1 } as never))).toBe('FORBIDDEN');
  });

  it('when a port is granted, then it can be used by somebody else, and only for that', async () => {
    const runtime = await start(NOWHERE);
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    const page = grantedVault(await runtime.vault.grant({ caller: 'a page', keys: ['device'], purposes: ['registry-entry'] }));
    onTestFinished(() => page.close());
    const signer = await page.signer('device');
    expect(verifyEntry(await signer.signEntry({ pubkey: signer.publicKey, datakey: new Uint8Array(32), data: MESSAGE, revision: 1n }))).toBe(true);
    expect(await codeOf(signer.signMessage(MESSAGE))).toBe('FORBIDDEN');
    expect(await codeOf(page.signer('developer'))).toBe('UNKNOWN_KEY');
  });

  it('when an ephemeral signer is asked for, then it signs once', async () => {
    const runtime = await start(NOWHERE);
    const signer = await runtime.vault.ephemeral();
    const entry = { pubkey: signer.publicKey, datakey: new Uint8Array(32), data: MESSAGE, revision: 1n };
    expect(verifyEntry(await signer.signEntry(entry))).toBe(true);
    expect(await codeOf(signer.signEntry(entry))).toBe('UNKNOWN_KEY');
  });

  it('when its keys are swapped, then watches go on', async () => {
    const portals = await startPortals(1);
    const runtime = await start(portals.urls);
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    const signer = runtime.vault.signer('device');
    const key = { pubkey: signer.publicKey, datakey: hashDatakey('watched') };
    const seen = new Seen(runtime.watch(key));
    await live(runtime);
    const [one, two] = [await signer.signEntry({ ...key, data: MESSAGE, revision: 1n }), await signer.signEntry({ ...key, data: MESSAGE, revision: 2n })];
    await runtime.write(one);
    await seen.revision(1n);
    await runtime.vault.swap({ password: PASSWORD, keyData: mnemonicToKeyData(generateMnemonic()) });
    expect(await codeOf(signer.signEntry({ ...key, data: MESSAGE, revision: 3n })), 'the signer is of the key that it was asked for').toBe('UNKNOWN_KEY');
    await runtime.write(two);
    await seen.revision(2n);
    expect(seen.isComplete).toBe(false);
  });

  it('when something is to be signed, then it is what it was at the call', async () => {
    const runtime = await start(NOWHERE);
    const making = runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    await making;
    const message = MESSAGE.slice();
    const signing = runtime.vault.signer('device').signMessage(message);
    message.fill(7);
    expect(await signing).toEqual(await new Keyring(KEY_DATA).get('device').signer.signMessage(MESSAGE));
  });

  it.each([{ signal: {} }, null, { sgnal: new AbortController().signal }, 5])('when it is called with the options %j, then that is INVALID_INPUT', async (options) => {
    const runtime = await start(NOWHERE);
    expect(await codeOf(runtime.vault.unlock({ password: PASSWORD }, options as never))).toBe('INVALID_INPUT');
    expect(await codeOf(runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, options as never))).toBe('INVALID_INPUT');
    expect(await codeOf(runtime.vault.exportKeyData({ password: PASSWORD }, options as never))).toBe('INVALID_INPUT');
  });

  it('when what it is given cannot cross a thread, then that is INVALID_INPUT', async () => {
    const runtime = await start(NOWHERE);
    expect(await codeOf(runtime.vault.unlock({ password: () => PASSWORD } as never))).toBe('INVALID_INPUT');
  });

  it('when it is closed, then what is asked of the vault is CLOSED', async () => {
    const runtime = await start(NOWHERE);
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    await runtime.close();
    expect(await codeOf(runtime.vault.keys())).toBe('CLOSED');
    expect(await codeOf(runtime.vault.unlock({ password: PASSWORD }))).toBe('CLOSED');
  });
});

const startOn = async (storage: RuntimeOptions['storage']): Promise<Runtime> => startRuntime(NOWHERE, { storage, policy: CHEAP });

describe('given a storage that lasts', () => {
  it('when a vault was made, then another runtime finds it locked, and its keys are those', async () => {
    const storage = await vaultStorage();
    const before = await startOn(storage);
    const made = await before.vault.create({ password: PASSWORD, keyData: KEY_DATA });
    await before.close();
    const runtime = await startOn(storage);
    await state(runtime, 'locked');
    expect(await codeOf(runtime.vault.keys())).toBe('LOCKED');
    expect(await codeOf(runtime.vault.unlock({ password: 'wrong' }))).toBe('WRONG_PASSWORD');
    expect(await runtime.vault.unlock({ password: PASSWORD })).toEqual(made);
    expect(await runtime.vault.exportKeyData({ password: PASSWORD })).toEqual(KEY_DATA);
    const message = await runtime.vault.sign({ key: 'device', purpose: 'message', message: MESSAGE });
    expect(message).toEqual(await new Keyring(KEY_DATA).get('device').signer.signMessage(MESSAGE));
  });

  it('when it is opened without a runtime, then it is the same vault', async () => {
    const storage = await vaultStorage();
    const runtime = await startOn(storage);
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA });
    const vault = await openVault({ storage, workers: (await Workers.load()).factory, policy: CHEAP });
    onTestFinished(() => vault.close());
    expect(await vault.unlock({ password: PASSWORD })).toEqual(await runtime.vault.keys());
    await Promise.all([vault.importKey({ name: 'one', key: { type: 'ed25519', secret: `0x${'11'.repeat(32)}` } }), runtime.vault.importKey({ name: 'two', key: { type: 'ed25519', secret: `0x${'22'.repeat(32)}` } })]);
    expect(Object.keys(await vault.exportKeyData({ password: PASSWORD }))).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

describe('given a vault in a worker', () => {
  it('when nobody uses it, then no worker is started for it', async () => {
    const workers = await Workers.load();
    const runtime = await startRuntime(NOWHERE, { workers: workers.factory });
    const inspecting = runtime.inspect$.subscribe();
    onTestFinished(() => inspecting.unsubscribe());
    await runtime.actors.entries.snapshot();
    expect(workers.count('vault')).toBe(0);
    await runtime.vault.lock();
    expect(workers.count('vault')).toBe(0);
    await runtime.actors.vault.snapshot();
    expect(workers.count('vault')).toBe(1);
  });

  it('when it is locked before what unlocks it has begun, then it is locked', async () => {
    const runtime = await startRuntime(NOWHERE, { policy: CHEAP });
    const creating = codeOf(runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true }));
    await runtime.vault.lock();
    expect(await creating).toBe('LOCKED');
    expect(await codeOf(runtime.vault.keys())).toBe('STORAGE');
  });

  it('when its worker is killed, then what is asked of it is WORKER_GONE, another takes its place, and the vault is locked', async () => {
    const storage = await vaultStorage();
    const workers = await Workers.load();
    const runtime = await startRuntime(NOWHERE, { storage, workers: workers.factory, policy: { ...CHEAP, vaultPasses: 10 } });
    await runtime.vault.create({ password: PASSWORD, keyData: KEY_DATA });
    const unlocking = codeOf(runtime.vault.exportKeyData({ password: PASSWORD }));
    await first(runtime.actors.vault.emitted$, ({ type }) => type === 'kdf.progress');
    workers.kill('vault');
    expect(await unlocking).toBe('WORKER_GONE');
    await state(runtime, 'locked');
    expect(await codeOf(runtime.vault.keys())).toBe('LOCKED');
    expect(() => runtime.vault.signer('device')).toThrow(expect.objectContaining({ code: 'LOCKED' }));
    expect(await runtime.vault.unlock({ password: PASSWORD })).toHaveLength(3);
  });

  it('when its worker cannot be started, then the call says so, and the next one tries again', async () => {
    const workers = await Workers.load();
    workers.broken.add('vault');
    const runtime = await startRuntime(NOWHERE, { workers: workers.factory });
    expect(await codeOf(runtime.vault.keys())).toBe('WORKER_GONE');
    workers.broken.clear();
    await state(runtime, 'empty');
    expect(await codeOf(runtime.vault.keys())).toBe('STORAGE');
  });
});

describe('given bad options', () => {
  it.each([
    { options: { storage: 'nowhere' }, field: 'options.storage' },
    { options: { portals: NOWHERE }, field: 'options.portals' },
    { options: { policy: { vaultMemory: 8 } }, field: 'options.policy.vaultMemory' },
    { options: { policy: { vaultPasses: 11 } }, field: 'options.policy.vaultPasses' },
  ])('of $field, then no vault is opened', async ({ options, field }) => {
    await expect(openVault(options as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
  });
});
