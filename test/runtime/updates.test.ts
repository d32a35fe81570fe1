import { describe, expect, it } from 'vitest';
import { codeOf } from '../link/fixture/channels.ts';
import { deferred } from '../link/fixture/clock.ts';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { DELETED_DATA } from '../../src/registry/index.ts';
import type { ReadResult } from '../../src/runtime.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { HOMES, Seen, startRuntime, Workers, type TestOptions } from './fixture/runtime.ts';
import { signerOf } from './fixture/signer.ts';

async function start(count = 2, options: TestOptions = {}) {
  const portals = await startPortals(count);
  const { author, signer } = signerOf(someone);
  const { datakey } = author.entry(0n);
  const key = { pubkey: author.pubkey, datakey };
  return { portals, author, signer, datakey, key, runtime: await startRuntime(portals.urls, options) };
}

const numberIn = (result: ReadResult): number => (result.exists ? Number(new TextDecoder().decode(result.data)) : 0);
const text = (value: unknown): Uint8Array => new TextEncoder().encode(String(value));
const increment = (current: ReadResult): Uint8Array => text(numberIn(current) + 1);
/** The entry as it is kept from everybody who does not ask. */
const NO_SOCKETS = { sockets: 'refuse' } as const;

describe.each(HOMES)('an update, $where,', ({ workers }) => {
  it('makes the first entry, and then each of the one before it', async () => {
    const { runtime, signer, datakey, key, portals } = await start(2, { workers: await workers() });
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 0n, acceptedBy: [portals.url(0)], confirmedBy: [], guarded: true });
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 1n, guarded: true });
    expect(await runtime.update({ signer, datakey, change: () => null })).toMatchObject({ revision: 2n, guarded: true });
    expect(await runtime.read(key, { maxStaleness: Infinity })).toMatchObject({ revision: 2n, deleted: true, data: new Uint8Array(DELETED_DATA) });
    for (const i of [0, 1]) {
      await portals.until(i, { accepted: 3 });
      expect(await portals.stored(i, key)).toBe(2n);
    }
  });

  it('is one of many at a time: none is lost, each was made of the one before it', async () => {
    const { runtime, signer, datakey, key, portals } = await start(1, { workers: await workers() });
    const before: number[] = [];
    const change = (current: ReadResult): Uint8Array => {
      before.push(numberIn(current));
      return increment(current);
    };
    const results = await Promise.all(Array.from({ length: 20 }, () => runtime.update({ signer, datakey, change })));
    expect(results.map((result) => result?.revision)).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)));
    expect(before).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(numberIn(await runtime.read(key))).toBe(20);
    expect(await portals.traffic(0)).toMatchObject({ writes: 20 });
  });
});

describe('an update', () => {
  it('U1: of several runtimes at once, none is lost', async () => {
    const { portals, signer, datakey, key } = await start(1);
    const runtimes = await Promise.all(Array.from({ length: 5 }, () => startRuntime(portals.urls, { workers: inline() })));
    const updates = runtimes.flatMap((runtime) => Array.from({ length: 6 }, () => runtime.update({ signer, datakey, change: increment })));
    const results = await Promise.all(updates);
    expect(new Set(results.map((result) => result?.revision)).size).toBe(30);
    expect(results.every((result) => result?.guarded)).toBe(true);
    expect(numberIn(await runtimes[0]!.read(key, { maxStaleness: 0 }))).toBe(30);
  });

  it('U2: is made of nothing older than what was seen, which the portal is sent first', async () => {
    const { portals, author, signer, datakey, runtime } = await start(2);
    await portals.put(author.entry(7n, '7'), [1]);
    await portals.put(author.entry(3n, '3'), [0]);
    await Promise.all([0, 1].map((i) => portals.fault(i, NO_SOCKETS)));
    await portals.fault(0, { ...NO_SOCKETS, reads: 'drop' });
    expect(await runtime.read(author.entry(7n))).toMatchObject({ revision: 7n });
    await portals.fault(0, NO_SOCKETS);
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 8n, guarded: true });
    expect(await portals.stored(0, author.entry(8n))).toBe(8n);
  });

  it('U2: is STALE where the portal does not take what was seen, and nothing new is sent', async () => {
    const { portals, author, signer, datakey, runtime } = await start(2);
    await portals.put(author.entry(7n, '7'), [1]);
    await portals.put(author.entry(3n, '3'), [0]);
    await portals.fault(0, { ...NO_SOCKETS, reads: 'drop' });
    await portals.fault(1, NO_SOCKETS);
    await runtime.read(author.entry(7n));
    await portals.fault(0, { ...NO_SOCKETS, writes: 'lose' });
    await expect(runtime.update({ signer, datakey, change: increment })).rejects.toMatchObject({ code: 'STALE', portal: portals.url(0), current: author.entry(7n, '7') });
    expect(await portals.stored(0, author.entry(3n))).toBe(3n);
  });

  it('U3: waits for the one before it, also of another runtime on the same storage', async () => {
    const { portals, signer, datakey } = await start(1);
    const storage = new MemoryStorage({ durable: true });
    const [one, other] = await Promise.all([0, 1].map(() => startRuntime(portals.urls, { workers: inline({ storage }) })));
    const [begun, go] = [deferred<void>(), deferred<void>()];
    const order: string[] = [];
    const first = one!.update({
      signer,
      datakey,
      change: async (current) => {
        begun.resolve();
        await go.promise;
        order.push('first');
        return increment(current);
      },
    });
    await begun.promise;
    const second = other!.update({ signer, datakey, change: (current) => (order.push('second'), increment(current)) });
    // As many questions as the second one would need.
    await other!.read({ pubkey: signer.publicKey, datakey }, { maxStaleness: 0 });
    await other!.read({ pubkey: signer.publicKey, datakey }, { maxStaleness: 0 });
    go.resolve();
    expect(await first).toMatchObject({ revision: 0n });
    expect(await second).toMatchObject({ revision: 1n });
    expect(order).toEqual(['first', 'second']);
    expect(await portals.traffic(0)).toMatchObject({ writes: 2 });
  });

  it('leaves the entry as it is where there is nothing to change, and sends nothing', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    await portals.put(author.entry(3n, '3'));
    expect(await runtime.update({ signer, datakey, change: () => undefined })).toBeUndefined();
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
  });

  it('rejects with what `change` throws, that very error, and sends nothing; the next one goes on', async () => {
    const { portals, signer, datakey, runtime } = await start(1);
    const failure = new Error('no');
    const refusing = runtime.update({ signer, datakey, change: () => Promise.reject(failure) });
    await expect(refusing).rejects.toBe(failure);
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 0n });
  });

  it('shows `change` bytes of its own, and keeps bytes of its own of what it makes', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    await portals.put(author.entry(3n, '3'));
    const made = text('four');
    const change = (current: ReadResult): Uint8Array => {
      if (current.exists) for (const bytes of [current.data, current.signature, current.pubkey, current.datakey]) bytes.fill(0);
      queueMicrotask(() => queueMicrotask(() => made.fill(0)));
      return made;
    };
    expect(await runtime.update({ signer, datakey, change })).toMatchObject({ revision: 4n, guarded: true });
    expect(await runtime.read(author.entry(4n))).toMatchObject({ revision: 4n });
  });

  it('is what a watcher and a reader of its runtime see at once', async () => {
    const { portals, author, signer, datakey, runtime } = await start();
    const seen = new Seen(runtime.watch(author.entry(1n)));
    await seen.until(({ exists }) => !exists);
    await Promise.all([0, 1].map((i) => portals.fault(i, { sockets: 'mute' })));
    await runtime.update({ signer, datakey, change: increment });
    await seen.revision(0n);
    expect(await runtime.read(author.entry(0n))).toMatchObject({ revision: 0n });
  });

  it('of a handle is signed by its key alone', async () => {
    const { portals, key, signer, runtime } = await start(1);
    const handle = runtime.entry(key);
    const { signer: stranger } = signerOf(someone);
    await expect(handle.update({ signer: stranger, change: increment })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'request.signer' });
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
    expect(await handle.update({ signer, change: increment })).toMatchObject({ revision: 0n, guarded: true });
  });

  it('is signed by a key of the vault, by its name', async () => {
    const { datakey, runtime } = await start(1, { policy: { vaultMemory: 19_456, vaultPasses: 2 } });
    await expect(runtime.update({ signer: 'developer', datakey, change: increment })).rejects.toMatchObject({ code: 'LOCKED' });
    const { generateMnemonic } = await import('../../src/keyring.ts');
    await runtime.vault.create({ password: 'a password of this test', mnemonic: generateMnemonic() }, { ephemeral: true });
    await expect(runtime.update({ signer: 'nobody', datakey, change: increment })).rejects.toMatchObject({ code: 'UNKNOWN_KEY' });
    expect(await runtime.update({ signer: 'developer', datakey, change: increment })).toMatchObject({ revision: 0n, guarded: true });
    const { publicKey } = runtime.vault.signer('developer');
    expect(await runtime.update({ signer: 'developer', datakey, change: increment })).toMatchObject({ revision: 1n });
    expect(numberIn(await runtime.read({ pubkey: publicKey, datakey }))).toBe(2);
  });

  it.each([
    ['request.change', (signer: object) => ({ signer, datakey: new Uint8Array(32) })],
    ['request.datakey', (signer: object) => ({ signer, datakey: new Uint8Array(31), change: () => null })],
    ['request.chnge', (signer: object) => ({ signer, datakey: new Uint8Array(32), change: () => null, chnge: 1 })],
    ['request.signer', () => ({ datakey: new Uint8Array(32), change: () => null })],
    ['request.signer', (signer: object) => ({ signer: { ...signer, type: 'sr25519' }, datakey: new Uint8Array(32), change: () => null })],
    ['request.signer', (signer: object) => ({ signer: { ...signer, publicKey: new Uint8Array(33) }, datakey: new Uint8Array(32), change: () => null })],
    ['request.change', (signer: object) => ({ signer, datakey: new Uint8Array(32), change: () => new Uint8Array(114) })],
    ['request.change', (signer: object) => ({ signer, datakey: new Uint8Array(32), change: () => 'text' })],
  ])('with a %s that is none is refused, and nothing is sent', async (field, request) => {
    const { portals, signer, runtime } = await start(1);
    await expect(runtime.update(request(signer) as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', field });
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
  });

  it('takes from 1 to a million attempts', async () => {
    const { signer, datakey, runtime } = await start(1);
    for (const maxAttempts of [0, 1.5, 1_000_001, '3'] as never[]) {
      await expect(runtime.update({ signer, datakey, change: increment }, { maxAttempts })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'options.maxAttempts' });
    }
  });

  it('is CONFLICT with the newest where others are faster each time', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    let revision = 0n;
    const change = async (current: ReadResult): Promise<Uint8Array> => {
      await portals.put(author.entry(revision++, 'faster'));
      return increment({ ...current, exists: false } as ReadResult);
    };
    const update = runtime.update({ signer, datakey, change }, { maxAttempts: 3 });
    await expect(update).rejects.toMatchObject({ code: 'CONFLICT', current: author.entry(2n, 'faster') });
    expect(revision).toBe(3n);
    expect(await portals.traffic(0)).toMatchObject({ writes: 3 });
  });

  it('is REVISION_LIMIT where only the last revision is left, and never makes an entry final', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    await portals.put(author.entry(2n ** 64n - 3n, '1'));
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 2n ** 64n - 2n });
    await expect(runtime.update({ signer, datakey, change: increment })).rejects.toMatchObject({ code: 'REVISION_LIMIT', current: { revision: 2n ** 64n - 2n } });
  });

  it('is BAD_SIGNATURE where the signer signs something else, or badly, and nothing is sent', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    for (const signEntry of [
      () => Promise.resolve(author.entry(1n)),
      () => Promise.resolve(author.entry(0n, 'other data')),
      () => Promise.resolve({ ...author.entry(0n, '1'), signature: new Uint8Array(64) }),
      () => Promise.resolve('nothing' as never),
    ]) {
      await expect(runtime.update({ signer: { ...signer, signEntry }, datakey, change: increment })).rejects.toMatchObject({ code: 'BAD_SIGNATURE', field: 'request.signer' });
    }
    expect(await portals.traffic(0)).toMatchObject({ writes: 0 });
  });

  it('is UNREACHABLE where its portal is, whatever the others serve; none takes its place', async () => {
    const { portals, signer, datakey, runtime } = await start(2);
    await portals.kill(0);
    await expect(runtime.update({ signer, datakey, change: increment })).rejects.toMatchObject({ code: 'UNREACHABLE', portal: portals.url(0), retryable: true });
    expect(await portals.traffic(1)).toMatchObject({ writes: 0 });
    await portals.revive(0);
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 0n, guarded: true });
  });

  it('goes through the portal that the policy names', async () => {
    const portals = await startPortals(2);
    const { signer, author } = signerOf(someone);
    const runtime = await startRuntime(portals.urls, { policy: { updatePortal: portals.url(1) } });
    await portals.kill(0);
    expect(await runtime.update({ signer, datakey: author.entry(0n).datakey, change: increment })).toMatchObject({ acceptedBy: [portals.url(1)] });
  });

  it('that is aborted before it is sent is ABORTED at once, whatever `change` does, and sends nothing', async () => {
    const { portals, signer, datakey, runtime } = await start(1);
    const begun = deferred<void>();
    const abort = new AbortController();
    const update = runtime.update({ signer, datakey, change: () => (begun.resolve(), new Promise(() => {})) }, { signal: abort.signal });
    await begun.promise;
    const waiting = runtime.update({ signer, datakey, change: increment });
    abort.abort();
    expect(await codeOf(update)).toBe('ABORTED');
    expect(await waiting).toMatchObject({ revision: 0n });
    expect(await portals.traffic(0)).toMatchObject({ writes: 1 });
    expect(await codeOf(runtime.update({ signer, datakey, change: increment }, { signal: abort.signal }))).toBe('ABORTED');
  });

  it('that is aborted, or closed, while it is sent is UNCONFIRMED', async () => {
    const { portals, signer, datakey, runtime } = await start(1);
    await portals.fault(0, { writes: 'mute' });
    const abort = new AbortController();
    const update = runtime.update({ signer, datakey, change: increment }, { signal: abort.signal });
    await portals.until(0, { accepted: 1 });
    abort.abort();
    expect(await codeOf(update)).toBe('UNCONFIRMED');
    const closed = codeOf(runtime.update({ signer, datakey, change: increment }));
    await portals.until(0, { accepted: 2 });
    await runtime.close();
    expect(await closed).toBe('UNCONFIRMED');
    expect(await codeOf(runtime.update({ signer, datakey, change: increment }))).toBe('CLOSED');
  });

  it('whose runtime is closed before it is sent is CLOSED', async () => {
    const { signer, datakey, runtime } = await start(1);
    const begun = deferred<void>();
    const update = codeOf(runtime.update({ signer, datakey, change: () => (begun.resolve(), new Promise(() => {})) }));
    await begun.promise;
    const waiting = codeOf(runtime.update({ signer, datakey, change: increment }));
    await runtime.close();
    expect(await update).toBe('CLOSED');
    expect(await waiting).toBe('CLOSED');
  });

  it('F15: survives the death of the entries worker, before it is sent and while it is', async () => {
    const workers = await Workers.load();
    const { portals, signer, datakey, key, runtime } = await start(1, { workers: workers.factory });
    const [begun, go] = [deferred<void>(), deferred<void>()];
    const update = runtime.update({
      signer,
      datakey,
      change: async (current) => {
        begun.resolve();
        await go.promise;
        return increment(current);
      },
    });
    await begun.promise;
    workers.kill('entries');
    await workers.until('entries', 2);
    go.resolve();
    expect(await update).toMatchObject({ revision: 0n });
    await portals.fault(0, { writes: 'mute' });
    const sent = runtime.update({ signer, datakey, change: increment });
    await portals.until(0, { accepted: 2 });
    workers.kill('entries');
    await workers.until('entries', 3);
    await portals.fault(0, {});
    expect(await sent).toMatchObject({ revision: 1n });
    expect(numberIn(await runtime.read(key))).toBe(2);
  });
});

describe('an update whose answer is lost', () => {
  it('F12: is found out to have been taken, and is not made twice', async () => {
    const { portals, signer, datakey, key, runtime } = await start(1, { policy: { writeDeadline: 1_000 } });
    await portals.fault(0, { ...NO_SOCKETS, writes: 'mute' });
    let calls = 0;
    const update = runtime.update({ signer, datakey, change: (current) => (calls++, increment(current)) }, {});
    await portals.until(0, { accepted: 1 });
    await portals.fault(0, NO_SOCKETS);
    expect(await update).toMatchObject({ revision: 0n, guarded: false });
    expect(calls).toBe(1);
    expect(numberIn(await runtime.read(key, { maxStaleness: 0 }))).toBe(1);
  });

  it('F12: is not made twice where a 404 that passes is all that is read back for a while', async () => {
    const { portals, author, signer, datakey, key, runtime } = await start(1);
    await portals.put(author.entry(4n, '4'));
    let calls = 0;
    const change = async (current: ReadResult): Promise<Uint8Array> => {
      if (calls++ === 0) await portals.fault(0, { ...NO_SOCKETS, reads: 'not found', writes: 'break' });
      return increment(current);
    };
    const update = runtime.update({ signer, datakey, change });
    // It was taken, and is sent once more after a look at what is served.
    await portals.until(0, { writes: 2 });
    await portals.fault(0, NO_SOCKETS);
    expect(await update).toMatchObject({ revision: 5n });
    expect(calls).toBe(1);
    expect(numberIn(await runtime.read(key, { maxStaleness: 0 }))).toBe(5);
  });

  it('F12: is UNCONFIRMED where something newer is there, and is not made twice', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1, { policy: { writeDeadline: 1_000 } });
    await portals.fault(0, { ...NO_SOCKETS, writes: 'mute' });
    let calls = 0;
    const update = runtime.update({ signer, datakey, change: () => (calls++, text('mine')) });
    const outcome = update.catch((error: unknown) => error);
    await portals.until(0, { accepted: 1 });
    await portals.put(author.entry(1n, 'made of mine'));
    expect(await outcome).toMatchObject({ code: 'UNCONFIRMED', retryable: true, current: author.entry(1n, 'made of mine') });
    expect(calls).toBe(1);
  });

  it('F12: begins anew where another one was faster', async () => {
    const { portals, author, signer, datakey, key, runtime } = await start(1, { policy: { writeDeadline: 1_000 } });
    await portals.fault(0, { ...NO_SOCKETS, writes: 'drop' });
    let calls = 0;
    const update = runtime.update({ signer, datakey, change: (current) => (calls++, increment(current)) });
    await portals.until(0, { writes: 1 });
    await portals.put(author.entry(0n, '41'));
    await portals.fault(0, NO_SOCKETS);
    expect(await update).toMatchObject({ revision: 1n, guarded: true });
    expect(calls).toBe(2);
    expect(numberIn(await runtime.read(key))).toBe(42);
  });
});

describe('updates of many writers at a portal that loses answers', () => {
  it('F12, U1: are made once each, or, of those that say so, once at most', async () => {
    const portals = await startPortals(1);
    await portals.fault(0, { ...NO_SOCKETS, writes: 'lapse' });
    const { author, signer } = signerOf(someone);
    const { datakey } = author.entry(0n);
    const runtimes = await Promise.all(Array.from({ length: 10 }, () => startRuntime(portals.urls, { workers: inline() })));
    // A list of who was there: every update adds a number of its own.
    const outcomes = await Promise.all(
      Array.from({ length: 80 }, async (_, number) => {
        const change = (current: ReadResult): Uint8Array => Uint8Array.of(...(current.exists ? current.data : []), number);
        const outcome = await codeOf(runtimes[number % 10]!.update({ signer, datakey, change }));
        return typeof outcome === 'string' ? outcome : 'made';
      }),
    );
    await portals.fault(0, NO_SOCKETS);
    const final = await runtimes[0]!.read({ pubkey: author.pubkey, datakey }, { maxStaleness: 0 });
    const list = final.exists ? [...final.data] : [];
    expect(new Set(list).size).toBe(list.length);
    expect(outcomes.filter((outcome) => outcome !== 'made' && outcome !== 'UNCONFIRMED')).toEqual([]);
    expect(outcomes.flatMap((outcome, number) => (outcome === 'made' && !list.includes(number) ? [number] : []))).toEqual([]);
    // Not all of them can have been in doubt.
    expect(outcomes.filter((outcome) => outcome === 'made').length).toBeGreaterThan(20);
  });
});

describe('an update at a portal that keeps no conditions', () => {
  /** What our portal says at the end of a question, without the word that it keeps conditions. */
  const PLAIN = { ...NO_SOCKETS, plain: true } as const;

  it('is read back, and says that it was not guarded', async () => {
    const { portals, signer, datakey, runtime } = await start(1);
    await portals.fault(0, PLAIN);
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 0n, guarded: false });
    expect(await runtime.update({ signer, datakey, change: increment })).toMatchObject({ revision: 1n, guarded: false });
  });

  it('begins anew where another entry of that revision won', async () => {
    const { portals, author, signer, datakey, runtime } = await start(1);
    await portals.fault(0, PLAIN);
    const [winner, loser] = author.tie(0n);
    let calls = 0;
    const change = async (): Promise<Uint8Array> => {
      if (calls++ === 0) await portals.put(winner);
      return loser.data;
    };
    expect(await runtime.update({ signer, datakey, change })).toMatchObject({ revision: 1n, guarded: false });
    expect(calls).toBe(2);
  });

  it('is REJECTED where it takes no entry', async () => {
    const { portals, signer, datakey, runtime } = await start(1);
    await portals.fault(0, { ...PLAIN, writes: { status: 400, body: JSON.stringify({ message: 'no' }) } });
    await expect(runtime.update({ signer, datakey, change: increment })).rejects.toMatchObject({ code: 'REJECTED', portal: portals.url(0) });
  });

  it('F12: is UNCONFIRMED where it says that it took what it does not serve', async () => {
    const { portals, signer, datakey, runtime } = await start(1, { policy: { writeDeadline: 500 } });
    await portals.fault(0, { ...PLAIN, writes: 'lose' });
    expect(await codeOf(runtime.update({ signer, datakey, change: increment }))).toBe('UNCONFIRMED');
  });
});
