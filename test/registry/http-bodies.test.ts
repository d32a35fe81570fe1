import { base64 } from '@scure/base';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { MAX_REVISION } from '../../src/registry/index.ts';
import { answerBody, pubkeyFrom, pubkeyText, readAnswer, readPath, readRefusal, readWrite, refusalBody, writeBody } from '../../src/registry/wire/index.ts';
import { ENTRY_ROWS, TYPE2_ROW } from '../vectors/registry.ts';
import { entryOf, ROW, rowNamed, type2Entry } from './rows.ts';

/** A JSON object of raw member texts: revisions beyond 2⁵³ and malformed values can be written down. Undefined leaves a member out. */
const json = (members: Readonly<Record<string, string | undefined>>): string =>
  `{${Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `"${key}":${value}`)
    .join(',')}}`;

const undecodable = (what: string): string => `Failed to decode request: ${what}`;
const numbers = (bytes: Uint8Array): string => `[${bytes.join(',')}]`;

describe.each(ENTRY_ROWS)('given the golden entry "$name"', (row) => {
  it('then the body of its write is skynet-js\' byte for byte, and is read back whole', () => {
    expect(writeBody(entryOf(row))).toBe(row.writeBody);
    expect(readWrite(row.writeBody)).toEqual({ entry: entryOf(row) });
  });

  it('then the body of its answer is skyd\'s byte for byte, and is read back whole', () => {
    const { data, revision, signature, type } = entryOf(row);
    if (row.answerBody !== undefined) expect(answerBody(entryOf(row))).toBe(row.answerBody);
    expect(readAnswer(answerBody(entryOf(row)))).toEqual({ data, revision, signature, type });
  });
});

describe('given the golden entry of type 2', () => {
  it('then its write says so, as skynet-js would, and both bodies are read back whole', () => {
    const { data, revision, signature, type } = type2Entry();
    expect(writeBody(type2Entry())).toBe(TYPE2_ROW.writeBody);
    expect(readWrite(writeBody(type2Entry()))).toEqual({ entry: type2Entry() });
    expect(readAnswer(answerBody(type2Entry()))).toEqual({ data, revision, signature, type });
  });
});

describe('given an answer to a read', () => {
  const entry = entryOf(ROW);
  const members = { data: `"${ROW.data}"`, revision: ROW.revision, signature: `"${ROW.signature}"` };
  const claim = { data: entry.data, revision: entry.revision, signature: entry.signature, type: 1 };

  it('then the three keys of an old portal are enough', () => {
    expect(readAnswer(json(members))).toEqual(claim);
  });

  it.each([
    ['unknown keys', { ...members, extra: '{"a":[1,2,{"b":null}]}', more: '"x"' }, claim],
    ['hex in capitals', { ...members, data: `"${ROW.data.toUpperCase()}"`, signature: `"${ROW.signature.toUpperCase()}"` }, claim],
    ['an explicit type 1', { ...members, type: '1' }, claim],
    ['no data', { ...members, data: undefined }, { ...claim, data: new Uint8Array(0) }],
    ['null data', { ...members, data: 'null' }, { ...claim, data: new Uint8Array(0) }],
    ['empty data', { ...members, data: '""' }, { ...claim, data: new Uint8Array(0) }],
    ['the last revision', { ...members, revision: '18446744073709551615' }, { ...claim, revision: MAX_REVISION }],
    ['a revision beyond 2^53', { ...members, revision: '9007199254740993' }, { ...claim, revision: 9007199254740993n }],
    ['an echo that is nonsense', { ...members, datakey: '7', publickey: '[]' }, claim],
    ['a key spelled with an escape', { ...members, revision: undefined, 're\\u0076ision': ROW.revision }, claim],
    ['113 bytes of data', { ...members, data: `"${'ab'.repeat(113)}"` }, { ...claim, data: new Uint8Array(113).fill(0xab) }],
    ['type 2 with a host prefix alone', { ...members, data: `"${'ab'.repeat(20)}"`, type: '2' }, { ...claim, data: new Uint8Array(20).fill(0xab), type: 2 }],
  ])('with %s, then it is a claim', (_what, body, expected) => {
    expect(readAnswer(json(body))).toEqual(expected);
  });

  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    ['no revision', { ...members, revision: undefined }],
    ['a quoted revision', { ...members, revision: '"11"' }],
    ['a negative revision', { ...members, revision: '-1' }],
    ['revision -0', { ...members, revision: '-0' }],
    ['a revision with a fraction', { ...members, revision: '11.0' }],
    ['a revision with an exponent', { ...members, revision: '1e3' }],
    ['revision 2^64', { ...members, revision: '18446744073709551616' }],
    ['a null revision', { ...members, revision: 'null' }],
    ['no signature', { ...members, signature: undefined }],
    ['a null signature', { ...members, signature: 'null' }],
    ['a short signature', { ...members, signature: `"${ROW.signature.slice(2)}"` }],
    ['a long signature', { ...members, signature: `"${ROW.signature}00"` }],
    ['a signature of numbers', { ...members, signature: numbers(entry.signature) }],
    ['half a byte of data', { ...members, data: '"010"' }],
    ['data that is no hex', { ...members, data: '"0g"' }],
    ['data of numbers', { ...members, data: '[1,2,3]' }],
    ['114 bytes of data', { ...members, data: `"${'ab'.repeat(114)}"` }],
    ['ten million bytes of data', { ...members, data: `"${'ab'.repeat(10_000_000)}"` }],
    ['type 0', { ...members, type: '0' }],
    ['type 0 and a host prefix', { ...members, data: `"${'ab'.repeat(20)}"`, type: '0' }],
    ['type 3', { ...members, type: '3' }],
    ['type 3 and a host prefix', { ...members, data: `"${'ab'.repeat(20)}"`, type: '3' }],
    ['type "1"', { ...members, type: '"1"' }],
    ['type 1.0', { ...members, type: '1.0' }],
    ['a null type', { ...members, type: 'null' }],
    ['type 2 with less than a host prefix', { ...members, data: `"${'ab'.repeat(19)}"`, type: '2' }],
  ])('with %s, then it is none', (_what, body) => {
    expect(readAnswer(json(body))).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['an array', `[${json(members)}]`],
    ['a string', '"x"'],
    ['null', 'null'],
    ['an HTML page', '<html><body>429 Too Many Requests</body></html>'],
    ['a key given twice', `{"revision":1,${json(members).slice(1)}`],
    ['a key given twice, once with an escape', `{"re\\u0076ision":1,${json(members).slice(1)}`],
    ['two objects', `${json(members)}${json(members)}`],
    ['an unfinished object', json(members).slice(0, -1)],
  ])('that is %s, then it is none', (_what, body) => {
    expect(readAnswer(body)).toBeUndefined();
  });
});

describe('given the body of a write', () => {
  const entry = entryOf(ROW);
  const keyBase64 = base64.encode(entry.pubkey);
  const members = {
    publickey: `{"algorithm":"ed25519","key":${numbers(entry.pubkey)}}`,
    datakey: `"${ROW.datakey}"`,
    revision: ROW.revision,
    data: numbers(entry.data),
    signature: numbers(entry.signature),
  };

  it.each([
    ['numbers throughout', members, {}],
    ['the key as base64', { ...members, publickey: `{"algorithm":"ed25519","key":"${keyBase64}"}` }, {}],
    ['the key as base64 with escaped slashes', { ...members, publickey: `{"algorithm":"ed25519","key":"${keyBase64.replaceAll('/', '\\/')}"}` }, {}],
    ['the key as text', { ...members, publickey: `"ed25519:${ROW.pubkey}"` }, {}],
    ['the key as text in capitals', { ...members, publickey: `"ed25519:${ROW.pubkey.toUpperCase()}"` }, {}],
    ['data as base64', { ...members, data: '"AQID"' }, {}],
    ['no data', { ...members, data: undefined }, { data: new Uint8Array(0) }],
    ['null data', { ...members, data: 'null' }, { data: new Uint8Array(0) }],
    ['data ""', { ...members, data: '""' }, { data: new Uint8Array(0) }],
    ['data []', { ...members, data: '[]' }, { data: new Uint8Array(0) }],
    ['113 bytes of data', { ...members, data: numbers(new Uint8Array(113).fill(255)) }, { data: new Uint8Array(113).fill(255) }],
    ['type 0', { ...members, type: '0' }, {}],
    ['type 1', { ...members, type: '1' }, {}],
    ['a null type', { ...members, type: 'null' }, {}],
    ['type 2', { ...members, type: '2', data: numbers(new Uint8Array(20)) }, { type: 2, data: new Uint8Array(20) }],
    ['revision 2^64-1', { ...members, revision: '18446744073709551615' }, { revision: MAX_REVISION }],
    ['unknown keys', { ...members, hostkey: '"x"', deep: '[[[{}]]]' }, {}],
    ['an empty key', { ...members, '': '1' }, {}],
  ] as const)('with %s, then it is taken', (_what, body, changes) => {
    expect(readWrite(json(body))).toEqual({ entry: { ...entry, ...changes } });
    expect(readWrite(` \n\t\r${json(body).replaceAll(',', ' ,\n ')} \n`)).toEqual({ entry: { ...entry, ...changes } });
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ['no key', { ...members, publickey: undefined }, undecodable('publickey')],
    ['a null key', { ...members, publickey: 'null' }, undecodable('publickey')],
    ['another algorithm', { ...members, publickey: `{"algorithm":"secp256k1","key":"${keyBase64}"}` }, undecodable('publickey')],
    ['no algorithm', { ...members, publickey: `{"key":"${keyBase64}"}` }, undecodable('publickey')],
    ['a key of 31 bytes', { ...members, publickey: `{"algorithm":"ed25519","key":${numbers(entry.pubkey.subarray(1))}}` }, undecodable('publickey')],
    ['a key of 33 bytes', { ...members, publickey: `{"algorithm":"ed25519","key":[0,${entry.pubkey.join(',')}]}` }, undecodable('publickey')],
    ['an absent key in the object', { ...members, publickey: '{"algorithm":"ed25519"}' }, undecodable('publickey')],
    ['a key of numbers above 255', { ...members, publickey: `{"algorithm":"ed25519","key":[256,${entry.pubkey.subarray(1).join(',')}]}` }, undecodable('publickey')],
    ['a key without its prefix', { ...members, publickey: `"${ROW.pubkey}"` }, undecodable('publickey')],
    ['a key with another prefix', { ...members, publickey: `"ED25519:${ROW.pubkey}"` }, undecodable('publickey')],
    ['base64 without padding', { ...members, publickey: `{"algorithm":"ed25519","key":"${keyBase64.replaceAll('=', '')}"}` }, undecodable('publickey')],
    ['base64 with a space', { ...members, publickey: `{"algorithm":"ed25519","key":" ${keyBase64}"}` }, undecodable('publickey')],
    ['base64url', { ...members, data: '"-_-_"' }, undecodable('data')],
    ['base64 with a line feed', { ...members, data: '"AQ\\nID"' }, undecodable('data')],
    ['no datakey', { ...members, datakey: undefined }, undecodable('datakey')],
    ['a short datakey', { ...members, datakey: `"${ROW.datakey.slice(2)}"` }, undecodable('datakey')],
    ['a datakey of numbers', { ...members, datakey: numbers(entry.datakey) }, undecodable('datakey')],
    ['no revision', { ...members, revision: undefined }, undecodable('revision')],
    ['a quoted revision', { ...members, revision: '"11"' }, undecodable('revision')],
    ['revision 2^64', { ...members, revision: '18446744073709551616' }, undecodable('revision')],
    ['a negative revision', { ...members, revision: '-1' }, undecodable('revision')],
    ['revision 1e1', { ...members, revision: '1e1' }, undecodable('revision')],
    ['data as an object', { ...members, data: '{"0":1}' }, undecodable('data')],
    ['data of fractions', { ...members, data: '[1.5]' }, undecodable('data')],
    ['data of negative numbers', { ...members, data: '[-1]' }, undecodable('data')],
    ['data of texts', { ...members, data: '["1"]' }, undecodable('data')],
    ['data as hex', { ...members, data: '"010203"' }, undecodable('data')],
    ['no signature', { ...members, signature: undefined }, undecodable('signature')],
    ['a null signature', { ...members, signature: 'null' }, undecodable('signature')],
    ['a signature in hex', { ...members, signature: `"${ROW.signature}"` }, undecodable('signature')],
    ['a signature in base64', { ...members, signature: `"${base64.encode(entry.signature)}"` }, undecodable('signature')],
    ['a signature of 63 numbers', { ...members, signature: numbers(entry.signature.subarray(1)) }, undecodable('signature')],
    ['a signature of 65 numbers', { ...members, signature: `[0,${entry.signature.join(',')}]` }, undecodable('signature')],
    ['114 bytes of data', { ...members, data: numbers(new Uint8Array(114)) }, 'Registry data is too big: 114 > 113'],
    ['114 bytes of data in base64', { ...members, data: `"${base64.encode(new Uint8Array(114))}"` }, 'Registry data is too big: 114 > 113'],
    ['more data than is counted', { ...members, data: `"${base64.encode(new Uint8Array(70_000))}"` }, undecodable('data')],
    ['64 KiB of data', { ...members, data: numbers(new Uint8Array(65_536)) }, 'Registry data is too big: 65536 > 113'],
    ['a byte more, of which no length is told', { ...members, data: numbers(new Uint8Array(65_537)) }, undecodable('data')],
    ['a byte more in base64', { ...members, data: `"${base64.encode(new Uint8Array(65_537))}"` }, undecodable('data')],
    ['type 3', { ...members, type: '3' }, 'Unable to update the registry: invalid entry type'],
    ['type "1"', { ...members, type: '"1"' }, 'Unable to update the registry: invalid entry type'],
    ['type 2 with less than a host prefix', { ...members, type: '2', data: numbers(new Uint8Array(19)) }, 'Unable to update the registry: entry data is malformed'],
  ])('with %s, then it is refused with the reason', (_what, body, refusal) => {
    expect(readWrite(json(body))).toEqual({ refusal });
  });

  it.each([
    ['nothing', ''],
    ['an array of writes', `[${json(members)}]`],
    ['a key given twice', `{"data":[],${json(members).slice(1)}`],
    ['a form', 'publickey=ed25519'],
  ])('that is %s, then it is refused', (_what, body) => {
    expect(readWrite(body)).toEqual({ refusal: undecodable('not a JSON object, or a key given twice') });
  });

  it('then the reason never quotes what was sent', () => {
    const secret = 'hunter2';
    for (const key of Object.keys(members)) expect(JSON.stringify(readWrite(json({ ...members, [key]: `"${secret}"` })))).not.toContain(secret);
  });
});

describe('given the text of a public key', () => {
  it('then it is its algorithm and hex, and is read back', () => {
    const { pubkey } = entryOf(ROW);
    expect(pubkeyText(pubkey)).toBe(`ed25519:${bytesToHex(pubkey)}`);
    expect(pubkeyFrom(pubkeyText(pubkey))).toEqual(pubkey);
    expect(pubkeyFrom(undefined)).toBeUndefined();
  });
});

describe('given a refusal', () => {
  it('then its body is Go\'s: an object with the message, and a line feed', () => {
    expect(refusalBody('registry entry not found')).toBe('{"message":"registry entry not found"}\n');
    expect(readRefusal(refusalBody('a "quoted" \n text'))).toBe('a "quoted" \n text');
  });

  it.each(['', '<html>429</html>', '{"message":7}', '{}', '["message"]', '{"message":"a","message":"b"}'])('when the body is %j, then there is no message', (body) => {
    expect(readRefusal(body)).toBeUndefined();
  });
});

describe('given the path of a read', () => {
  it('then it names the key, the datakey and the time-out', () => {
    const { pubkey } = entryOf(rowNamed('revision 0'));
    expect(readPath({ pubkey, datakey: hexToBytes('ab'.repeat(32)) }, 300)).toBe(`/skynet/registry?publickey=ed25519%3A${ROW.pubkey}&datakey=${'ab'.repeat(32)}&timeout=300`);
  });
});
