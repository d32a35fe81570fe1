import { createActor, type InspectionEvent } from 'xstate';
import { describe, expect, it } from 'vitest';
import { PresentedSeed, Queries, storageKey } from '../../src/kernel/index.ts';
import { queryMachine } from '../../machines/query.ts';
import { RegistryError, signEntry } from '../../src/index.ts';
import { publicKeyOfSeed } from '../../src/registry/index.ts';
import { CanarySearch } from '../threats/fixture/canary.ts';
import { DATAKEY, FakeSource, openQueries } from './fixture.ts';

/** A key pair that nothing else holds. */
function keyPair(): { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array; readonly search: CanarySearch } {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const publicKey = publicKeyOfSeed(seed);
  const search = new CanarySearch([{ name: 'seed', secret: seed.slice() }]);
  return { secretKey: new Uint8Array([...seed, ...publicKey]), publicKey, search };
}

/** Queries of which everything that comes out is kept: what they post, what they ask, what an inspector sees. */
function openWatched() {
  const traces: unknown[] = [];
  const opened = openQueries({
    inspect: (event: InspectionEvent) => {
      if (event.type === '@xstate.actor') return;
      traces.push(event.type, 'event' in event ? event.event : undefined, 'snapshot' in event ? event.snapshot : undefined);
      traces.push((event.actorRef as { getPersistedSnapshot?(): unknown }).getPersistedSnapshot?.());
    },
  });
  return { ...opened, traces: () => [traces, opened.posted, opened.source.reads, opened.source.writes, opened.source.watches, opened.queries] };
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

describe('given a writeEntry, which brings a secret key', () => {
  type Input = Record<string, unknown>;
  const ways: readonly (readonly [string, (input: Input) => void])[] = [
    ['is good', () => {}],
    ['lacks its public key', (input) => void delete input['publicKey']],
    ['has another public key', (input) => void (input['publicKey'] = new Uint8Array(32))],
    ['has no datakey', (input) => void delete input['dataKey']],
    ['has a datakey of another length', (input) => void (input['dataKey'] = new Uint8Array(31))],
    ['has too much data', (input) => void (input['entryData'] = new Uint8Array(114))],
    ['has a number for a revision', (input) => void (input['revision'] = 7)],
    ['has a revision that is too large', (input) => void (input['revision'] = 2n ** 64n)],
    ['has a public key that throws', (input) => void Object.defineProperty(input, 'publicKey', { get: () => { throw new Error('no'); } })],
  ];

  it.each(ways)('Q3: when it %s, then the key is overwritten at once, and nowhere to be found', async (_what, spoil) => {
    const { secretKey, publicKey, search } = keyPair();
    const { queries, source, settle, traces } = openWatched();
    const data: Input = { publicKey, secretKey, dataKey: DATAKEY, entryData: Uint8Array.of(1), revision: 1n };
    spoil(data);
    expect(search.find(data), 'the search can fail').toEqual(['seed']);
    queries.take({ nonce: 'n', domain: 'app.example', method: 'writeEntry', data });
    expect(isZero(secretKey)).toBe(true);
    source.writes[0]?.taken.resolve();
    source.writes[0]?.spread.resolve();
    await settle();
    expect(queries.size).toBe(0);
    expect(search.find(traces())).toEqual([]);
  });

  it('Q3: when the source is asked, then the key is overwritten already', () => {
    const { secretKey, publicKey } = keyPair();
    const seen: boolean[] = [];
    class Watching extends FakeSource {
      override write(...given: Parameters<FakeSource['write']>): ReturnType<FakeSource['write']> {
        seen.push(isZero(secretKey));
        return super.write(...given);
      }
    }
    openQueries({ source: new Watching() }).queries.take({ nonce: 'n', domain: 'a', method: 'writeEntry', data: { publicKey, secretKey, dataKey: DATAKEY, entryData: new Uint8Array(), revision: 0n } });
    expect(seen).toEqual([true]);
  });

  it.each([
    ['a longer one', (secretKey: Uint8Array) => new Uint8Array([...secretKey, 1])],
    ['a shorter one', (secretKey: Uint8Array) => secretKey.slice(0, 63)],
    ['a list', (secretKey: Uint8Array) => Array.from(secretKey)],
    ['a buffer', (secretKey: Uint8Array) => secretKey.slice().buffer],
    ['words', (secretKey: Uint8Array) => new Uint16Array(secretKey.slice().buffer)],
    ['a view', (secretKey: Uint8Array) => new DataView(secretKey.slice().buffer)],
    ['shared memory', (secretKey: Uint8Array) => {
      const shared = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 8, 64);
      shared.set(secretKey);
      return shared;
    }],
  ])('Q3: when the key is %s, then it is overwritten all the same', (_what, shape) => {
    const { secretKey, publicKey, search } = keyPair();
    const { queries, traces } = openWatched();
    const given = shape(secretKey);
    queries.take({ nonce: 'n', domain: 'a', method: 'writeEntry', data: { publicKey, secretKey: given, dataKey: DATAKEY, entryData: new Uint8Array(), revision: 0n } });
    expect(search.find([given, traces()])).toEqual([]);
  });

  it.each([
    ['the nonce of an open query', { nonce: 'open' }],
    ['no nonce', { nonce: undefined }],
    ['another method', { method: 'writeEntries' }],
    ['a method of the registry', { method: 'registryWrite' }],
    ['no method', { method: undefined }],
    ['a queryUpdate', { method: 'queryUpdate', domain: undefined }],
  ])('Q3: when it comes with %s, then the key is overwritten all the same', (_what, others) => {
    const { secretKey, publicKey, search } = keyPair();
    const { queries, traces } = openWatched();
    queries.take({ nonce: 'open', domain: 'a', method: 'registrySubscribe', data: { pubkey: publicKey, datakey: DATAKEY } });
    const message = { nonce: 'n', domain: 'a', method: 'writeEntry', data: { publicKey, secretKey, dataKey: DATAKEY, entryData: new Uint8Array(), revision: 0n }, ...others };
    queries.take(message);
    expect(isZero(secretKey)).toBe(true);
    expect(search.find([message, traces()])).toEqual([]);
  });

  it('when the rest of its memory is somebody\'s, then that is left alone', () => {
    const { secretKey, publicKey } = keyPair();
    const memory = new Uint8Array(128).fill(9);
    memory.set(secretKey, 32);
    openQueries().queries.take({ nonce: 'n', domain: 'a', method: 'writeEntry', data: { publicKey, secretKey: memory.subarray(32, 96), dataKey: DATAKEY, entryData: new Uint8Array(), revision: 0n } });
    expect(memory).toEqual(new Uint8Array([...new Uint8Array(32).fill(9), ...new Uint8Array(64), ...new Uint8Array(32).fill(9)]));
  });

  it('Q3: then the search can fail: a secret in an event is found', () => {
    const { secretKey, search } = keyPair();
    const seen: unknown[] = [];
    const actor = createActor(queryMachine, { input: { queryDeadline: 1, fanout: 1, late: '' }, inspect: (event) => void seen.push(event.type === '@xstate.event' ? event.event : undefined) }).start();
    actor.send({ type: 'FAILED', reason: Array.from(secretKey).join(',') });
    actor.stop();
    expect(search.find(seen)).toEqual(['seed']);
  });
});

const presented = (byte: number, others: object = {}) => ({ method: 'presentSeed', domain: 'root', data: { seed: new Uint8Array(16).fill(byte), myskyRootKeypair: { publicKey: new Uint8Array(32).fill(1), secretKey: new Uint8Array(64).fill(byte) } }, ...others });

describe('given a seed that is presented', () => {
  it('when the kernel presents it, then something is made of it once, nothing is answered, and it is overwritten', () => {
    const made: Uint8Array[] = [];
    const slot = new PresentedSeed((seed) => void made.push(storageKey(seed)));
    const { queries, posted } = openQueries({ present: (message) => slot.take(message) });
    const [first, second] = [presented(7), presented(8)];
    queries.take(first);
    queries.take(second);
    expect(made).toEqual([storageKey(new Uint8Array(16).fill(7))]);
    for (const { data } of [first, second]) {
      expect([data.seed, data.myskyRootKeypair.secretKey].every(isZero)).toBe(true);
      expect(data.myskyRootKeypair.publicKey).toEqual(new Uint8Array(32).fill(1));
    }
    expect([posted, queries.size]).toEqual([[], 0]);
  });

  it('when a key is presented instead, then likewise', () => {
    const made: Uint8Array[] = [];
    const slot = new PresentedSeed((key) => void made.push(key.slice()));
    const { queries, posted } = openQueries({ present: (message) => slot.take(message) });
    const data = { key: new Uint8Array(32).fill(7), rootPrivateKey: new Uint8Array(64).fill(7), rootKey: new Uint8Array(32).fill(7) };
    queries.take({ method: 'presentKey', domain: 'root', data });
    expect(made).toEqual([new Uint8Array(32).fill(7)]);
    expect(Object.values(data).every(isZero)).toBe(true);
    expect(posted).toEqual([]);
  });

  it.each([
    ['from another domain', { domain: 'app.example' }],
    ['with a nonce', { nonce: 7, domain: undefined }],
    ['without a domain', { domain: undefined }],
    ['of another length', { data: { seed: new Uint8Array(15).fill(8) } }],
    ['without data', { data: undefined }],
  ])('when one comes %s, then it is overwritten in silence, and the first of the kernel is still taken', (_what, others) => {
    const slot = new PresentedSeed((seed) => seed.slice());
    const { queries, posted } = openQueries({ present: (message) => slot.take(message) });
    const message = presented(8, others);
    queries.take(message);
    expect([posted, slot.isTaken]).toEqual([[], false]);
    if (message.data?.seed !== undefined) expect(isZero(message.data.seed)).toBe(true);
    queries.take(presented(7));
    expect(slot.isTaken).toBe(true);
  });

  it('when a page asks for it, then it is overwritten, and the page told that there is no such method', async () => {
    const slot = new PresentedSeed((seed) => seed.slice());
    const { queries, posted, settle } = openQueries({ present: (message) => slot.take(message) });
    const message = presented(8, { method: 'presentKey', nonce: 7, domain: 'app.example' });
    queries.take(message);
    await settle();
    expect(posted).toEqual([{ nonce: 7, method: 'response', data: null, err: "unrecognized method 'presentKey'" }]);
    expect([isZero(message.data.seed), slot.isTaken]).toEqual([true, false]);
  });

  it('when nobody wants it, or making something of it fails, then that is silent, too', () => {
    for (const present of [undefined, () => { throw new RegistryError('STORAGE', 'no'); }]) {
      const { queries, posted } = openQueries(present && { present });
      const message = presented(7);
      queries.take(message);
      expect(isZero(message.data.seed)).toBe(true);
      expect(posted).toEqual([]);
    }
  });
});

it('what a message shares with an answer is not what is overwritten: an entry that is written has memory of its own', async () => {
  const { secretKey, publicKey } = keyPair();
  const signed = signEntry({ pubkey: publicKey, datakey: DATAKEY, data: Uint8Array.of(1), revision: 1n }, secretKey);
  const { queries, source } = openQueries();
  const data = { ...signed, secretKey: signed.signature };
  queries.take({ nonce: 'n', domain: 'a', method: 'registryWrite', data });
  expect(isZero(data.signature)).toBe(true);
  expect(isZero(source.writes[0]?.entry.signature ?? new Uint8Array())).toBe(false);
  expect(queries).toBeInstanceOf(Queries);
});
