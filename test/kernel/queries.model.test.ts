import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistrySource } from '../../src/kernel/index.ts';
import { SEED as PLAY_SEED, trials } from '../machines/play.ts';
import { absent, DATAKEY, entryOf, found, KEY, openQueries, PUBKEY, secretKey } from './fixture.ts';

const METHODS = ['registryRead', 'registryWrite', 'registrySubscribe', 'readEntry', 'writeEntry', 'no-op', 'setPortals', 'queryUpdate', 'response', 'responseUpdate', 'responseNonce', 'presentSeed', 'presentKey', 'constructor', '__proto__', 'nothing'];
const signed = entryOf(3n);

/** Values that no clone ever is: they refer to themselves, throw, answer otherwise every time. */
const monster = fc.constantFrom<(() => unknown)[]>(
  () => {
    const cyclic: Record<string, unknown> = { method: 'no-op', nonce: 1 };
    return Object.assign(cyclic, { data: cyclic, domain: cyclic });
  },
  () => new Proxy({}, { get: () => { throw new Error('get'); }, has: () => { throw new Error('has'); }, ownKeys: () => { throw new Error('ownKeys'); }, getOwnPropertyDescriptor: () => { throw new Error('descriptor'); }, getPrototypeOf: () => { throw new Error('prototype'); } }),
  () => new Proxy({}, { get: (_target, name) => (name === 'method' ? 'writeEntry' : 1), getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }) }),
  () => Object.defineProperty({ nonce: 1, domain: 'a', data: {} }, 'method', { enumerable: true, get: () => { throw new Error('method'); } }),
  () => Object.freeze({ nonce: 1, domain: 'a', method: 'writeEntry', data: Object.freeze({ secretKey: Object.freeze([1, 2, 3]), publicKey: PUBKEY }) }),
  () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    return { nonce: 1, domain: 'a', method: 'readEntry', data: revoked.proxy };
  },
);
const input = fc.oneof(
  fc.constantFrom<(() => unknown)[]>(
    () => KEY,
    () => signed,
    () => ({ publicKey: PUBKEY, dataKey: DATAKEY }),
    () => ({ publicKey: PUBKEY, secretKey: secretKey(), dataKey: DATAKEY, entryData: Uint8Array.of(1), revision: 1n }),
    () => ({ portals: ['https://a.example'] }),
    () => ({ seed: new Uint8Array(16) }),
  ),
  fc.anything({ withTypedArray: true, withBigInt: true, withNullPrototype: true, withSparseArray: true }).map((value) => () => value),
  monster,
);
/** Few nonces, so that they are open when they come again. */
const nonce = fc.constantFrom<unknown>(0, 1, '1', 'n', -1, Number.NaN, '');
const message = fc.oneof(
  { weight: 6, arbitrary: fc.record({ nonce, domain: fc.constantFrom<unknown>('a', 'trusted.example', undefined, 7), method: fc.constantFrom(...METHODS), data: input }).map(({ data, ...rest }) => () => ({ ...rest, data: data() })) },
  { weight: 1, arbitrary: fc.anything({ withBigInt: true, withMap: true, withTypedArray: true }).map((value) => () => value) },
  { weight: 1, arbitrary: monster },
);
/** What happens: a message, or time passes, or the source gets on. */
const step = fc.oneof({ weight: 5, arbitrary: message.map((make) => ({ make })) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((time) => ({ time })) }, { weight: 2, arbitrary: fc.constant({ time: undefined }) });

const fail = (): never => {
  throw new Error('caprice');
};

/** A source that answers in a manner of its own each time, from what a seed says. */
function capricious(choices: readonly number[]): RegistrySource {
  let turn = 0;
  const next = (): number => choices[turn++ % choices.length] ?? 0;
  const either = <T>(value: T): Promise<T> => [() => Promise.resolve(value), () => Promise.reject(new Error('caprice')), fail, () => new Promise<T>(() => {}), () => Promise.resolve(undefined as T)][next() % 5]?.() ?? fail();
  return {
    read: () => either(next() % 2 === 0 ? absent : found()),
    write: async ({ pubkey }) => (await either(pubkey)) && { entryId: pubkey, spread: either(undefined) },
    watch: (_key, _caller, observer) => {
      const choice = next() % 4;
      if (choice === 0) fail();
      if (choice === 1) observer.error('caprice' as never);
      if (choice === 2) for (const result of [absent, found(), undefined as never]) observer.next(result);
      return choice === 3 ? fail : () => {};
    },
    setPortals: () => either(undefined),
  };
}

describe(`the queries of a kernel, whatever comes (seed ${PLAY_SEED})`, () => {
  it('never throw, answer each query once, tell nothing of it afterwards, and keep none: Q1, Q2, Q5, Q6', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 8 }), async (steps, choices) => {
        const { queries, posted, clock, settle } = openQueries({ source: capricious(choices), queryDeadline: 30_000 });
        const open = new Set<unknown>();
        let seen = 0;
        /** What was posted since the last look is of queries that are open; an answer ends one. */
        const look = (): void => {
          for (const { method, nonce: of, data, err } of posted.slice(seen)) {
            if (method === 'log') continue;
            expect(open.has(of), 'only who asked is told').toBe(true);
            if (method !== 'response') continue;
            expect([data === null, err === null].filter(Boolean), 'data or a reason').toHaveLength(1);
            expect(data).not.toBeUndefined();
            open.delete(of);
          }
          seen = posted.length;
        };
        for (const { make, time } of steps as { make?: () => unknown; time?: number }[]) {
          if (make === undefined && time === undefined) await settle();
          else if (time !== undefined) clock.pass(time);
          else if (make !== undefined) {
            const given = make();
            const before = queries.size;
            const nonces = noncesOf(given);
            const isNew = !open.has(nonces);
            open.add(nonces);
            queries.take(given);
            // What was no query opened nothing.
            if (isNew && queries.size === before && posted.slice(seen).every(({ method }) => method === 'log')) open.delete(nonces);
          }
          look();
        }
        for (const id of [0, 1, '1', 'n', -1, Number.NaN, '']) queries.take({ nonce: id, method: 'queryUpdate', data: undefined });
        clock.pass(32_000);
        await settle();
        look();
        expect([...open], 'every query was answered').toEqual([]);
        expect(queries.size, 'and none is kept').toBe(0);
        expect(clock.waits).toEqual([]);
      }),
      trials(300),
    );
  });
});

function noncesOf(value: unknown): unknown {
  try {
    return (value as { nonce?: unknown }).nonce;
  } catch {
    return undefined;
  }
}
