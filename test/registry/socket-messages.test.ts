import { base64 } from '@scure/base';
import { describe, expect, it } from 'vitest';
import { entryId, type CheckedEntry } from '../../src/registry/index.ts';
import { LIVENESS_REQUEST, MESSAGE_WRITERS, readMessage, readRequest, requestText, SUBSCRIPTION_PATH } from '../../src/registry/wire/index.ts';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SOCKET } from '../vectors/registry.ts';
import { entryOf, rowNamed, type2Entry } from './rows.ts';

const row = rowNamed('revision 2^53+1');
const entry = entryOf(row);
const key = { pubkey: entry.pubkey, datakey: entry.datakey };
const claimOf = ({ data, revision, signature, type }: CheckedEntry) => ({ data, revision, signature, type });

describe('given a client\'s requests', () => {
  it('then they are the known clients\' byte for byte', () => {
    expect(requestText('subscribe', entry)).toBe(SOCKET.subscribe);
    expect(requestText('unsubscribe', entry)).toBe(SOCKET.unsubscribe);
    expect(SUBSCRIPTION_PATH).toBe('/skynet/registry/subscription');
  });

  it.each([
    ['with the key as text', SOCKET.subscribe, { action: 'subscribe', ...key }],
    ['with the key as an object', SOCKET.subscribeWithObject, { action: 'subscribe', ...key }],
    ['to unsubscribe', SOCKET.unsubscribe, { action: 'unsubscribe', ...key }],
    ['for the list', SOCKET.subscriptions, { action: 'subscriptions' }],
    ['with unknown keys', `{"id":7,${SOCKET.subscribe.slice(1)}`, { action: 'subscribe', ...key }],
  ])('%s, then a portal reads them', (_what, text, expected) => {
    expect(readRequest(text)).toEqual(expected);
  });

  it.each([
    ['to see whether it listens', LIVENESS_REQUEST, 'unknown action'],
    ['without an action', '{}', 'unknown action'],
    ['with an action of another type', '{"action":["subscribe"]}', 'unknown action'],
    ['without a key', `{"action":"subscribe","datakey":"${row.datakey}"}`, 'failed to parse pubkey: not an ed25519 key'],
    ['with a short key', SOCKET.subscribe.replace(/ed25519:../, 'ed25519:'), 'failed to parse pubkey: not an ed25519 key'],
    ['without a datakey', `{"action":"subscribe","pubkey":"ed25519:${row.pubkey}"}`, 'failed to parse datakey: encoded value has the wrong length to be a hash'],
    ['with a long datakey', SOCKET.subscribe.replace('"datakey":"', '"datakey":"00'), 'failed to parse datakey: encoded value has the wrong length to be a hash'],
  ])('%s, then a portal answers an error and goes on', (_what, text, error) => {
    expect(readRequest(text)).toEqual({ action: 'refused', error });
  });

  it.each(['', 'ping', '[]', '"subscribe"', 'null', '{"action":"subscribe"', '{"action":"subscribe","action":"unsubscribe"}'])('when it is %j, then it is unreadable', (text) => {
    expect(readRequest(text)).toEqual({ action: 'unreadable' });
  });
});

describe('given a portal\'s messages', () => {
  it('then generation A writes them byte for byte as skyd does', () => {
    const { update, missing, error, subscriptions } = MESSAGE_WRITERS.A;
    expect(update(entry)).toBe(SOCKET.notificationA);
    expect(error('unknown action')).toBe(SOCKET.unknownActionA);
    expect(missing(entry)).toBeUndefined();
    expect(subscriptions([bytesToHex(entryId(entry))])).toBe(SOCKET.unknownActionA);
  });

  it('then generation B writes them byte for byte as skyd does', () => {
    const { update, missing, error, subscriptions } = MESSAGE_WRITERS.B;
    expect(update(entry)).toBe(SOCKET.notificationB);
    expect(missing(entry)).toBe(SOCKET.missingB);
    expect(error('unknown action')).toBe(SOCKET.unknownActionB);
    expect(subscriptions([bytesToHex(entryId(entry))])).toBe(SOCKET.activeSubscriptionsB);
    expect(subscriptions([])).toBe('{"responsetype":"activesubscriptions","subscriptions":[]}\n');
  });

  it('then generation B leaves empty data out, and A does not', () => {
    const empty = entryOf(rowNamed('revision 0'));
    expect(MESSAGE_WRITERS.B.update(empty)).not.toContain('"data"');
    expect(MESSAGE_WRITERS.A.update(empty)).toContain('"data":""');
  });

  it('then an error is quoted as JSON wants it', () => {
    for (const [generation, { error }] of Object.entries(MESSAGE_WRITERS)) expect(readMessage(error('a "b"\n\\'))).toEqual({ generation, kind: 'error', message: 'a "b"\n\\' });
  });

  it.each(['A', 'B'] as const)('when generation %s wrote them, then a client reads them', (generation) => {
    const { update, error } = MESSAGE_WRITERS[generation];
    for (const written of [entry, entryOf(rowNamed('revision 0')), entryOf(rowNamed('revision 2^64-1')), entryOf(rowNamed('113')), type2Entry()]) {
      expect(readMessage(update(written))).toEqual({ generation, kind: 'update', key: { pubkey: written.pubkey, datakey: written.datakey }, claim: claimOf(written) });
    }
    expect(readMessage(error('unknown action'))).toEqual({ generation, kind: 'error', message: 'unknown action' });
  });

  it('when generation B says that an entry is missing or lists what is followed, then a client reads it', () => {
    expect(readMessage(SOCKET.missingB)).toEqual({ generation: 'B', kind: 'missing', key });
    expect(readMessage(SOCKET.activeSubscriptionsB)).toEqual({ generation: 'B', kind: 'subscriptions' });
  });

  const b = SOCKET.notificationB;
  it.each([
    ['the key as an object in generation B', b.replace(/"ed25519:\w+"/, `{"algorithm":"ed25519","key":"${base64.encode(entry.pubkey)}"}`)],
    ['the key as text in generation A', SOCKET.notificationA.replace(/\{"algorithm".*?\}/, `"ed25519:${row.pubkey}"`)],
    ['no type', b.replace(',"type":1', '')],
    ['a null error', b.replace('{', '{"error":null,')],
    ['unknown keys', b.replace('{', '{"x":[{}],')],
    ['no line feed', b.trim()],
  ])('with %s, then it is an update all the same', (_what, text) => {
    expect(readMessage(text)).toMatchObject({ kind: 'update', key, claim: claimOf(entry) });
  });

  it.each([
    ['no key', b.replace(/"pubkey":"[^"]*",/, '')],
    ['no datakey', b.replace(/"datakey":"[^"]*",/, '')],
    ['a short signature', b.replace('"signature":"d4', '"signature":"')],
    ['an empty signature', b.replace(/"signature":"[^"]*"/, '"signature":""')],
    ['a null signature', b.replace(/"signature":"[^"]*"/, '"signature":null')],
    ['a quoted revision', b.replace('9007199254740993', '"9007199254740993"')],
    ['a revision beyond 2^64', b.replace('9007199254740993', '99007199254740993000')],
    ['no revision', b.replace('"revision":9007199254740993,', '')],
    ['type 3', b.replace('"type":1', '"type":3')],
    ['type 0', b.replace('"type":1', '"type":0')],
    ['114 bytes of data', b.replace('68656c6c6f', 'ab'.repeat(114))],
    ['an error that is no text', b.replace('{', '{"error":7,')],
    ['a revision given twice', b.replace('{', '{"revision":1,')],
  ])('with %s, then it is none', (_what, text) => {
    expect(text).not.toBe(b);
    expect(readMessage(text)).toBeUndefined();
  });

  it.each(['', 'pong', '[]', '{}', 'null', '1', '<html></html>'])('when it is %j, then it is none', (text) => {
    expect(readMessage(text)).toBeUndefined();
  });
});
