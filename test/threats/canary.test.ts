import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base58, base64, base64nopad, base64url, base64urlnopad } from '@scure/base';
import { describe, expect, it } from 'vitest';
import { generateMnemonic } from '../../src/keyring/index.ts';
import { CanarySearch, marker } from './fixture/canary.ts';

const TEXT = `${marker()} and ümlaut`;
const KEY = crypto.getRandomValues(new Uint8Array(32));
const PHRASE = generateMnemonic();
const search = new CanarySearch([
  { name: 'text', secret: TEXT },
  { name: 'key', secret: KEY },
  { name: 'phrase', secret: PHRASE },
]);

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const utf16 = (text: string): Uint8Array => Uint8Array.from(Array.from(text).flatMap((character) => [character.charCodeAt(0) & 255, character.charCodeAt(0) >> 8]));
const words = PHRASE.split(' ');

describe('the search for canaries', () => {
  it.each<[string, unknown, string]>([
    ['the text itself', `before ${TEXT} after`, 'text'],
    ['a piece of it, as parsers quote', `Unexpected token in "...${TEXT.slice(3, 20)}..."`, 'text'],
    ['another case', TEXT.toUpperCase(), 'text'],
    ['JSON of it', JSON.stringify(JSON.stringify({ TEXT })), 'text'],
    ['its bytes', utf8ToBytes(TEXT), 'text'],
    ['its bytes among others', joined(new Uint8Array(7), utf8ToBytes(TEXT), new Uint8Array(7)), 'text'],
    ['a buffer of its bytes', utf8ToBytes(TEXT).buffer, 'text'],
    ['its bytes as UTF-16', utf16(TEXT), 'text'],
    ['hex of the text', bytesToHex(utf8ToBytes(TEXT)), 'text'],
    ['base64 of the text', base64.encode(utf8ToBytes(TEXT)), 'text'],
    ['the key itself', KEY, 'key'],
    ['half of it', KEY.slice(9, 25), 'key'],
    ['a view of it', new DataView(KEY.buffer, 4, 20), 'key'],
    ['a text of its bytes', String.fromCharCode(...KEY), 'key'],
    ['hex', `0x${bytesToHex(KEY)}`, 'key'],
    ['hex in capitals', bytesToHex(KEY).toUpperCase(), 'key'],
    ['a piece of hex', `${bytesToHex(KEY).slice(10, 26)}…`, 'key'],
    ['base64', base64.encode(KEY), 'key'],
    ['base64 without padding', base64nopad.encode(KEY), 'key'],
    ['base64 one byte later', base64.encode(joined(Uint8Array.of(1), KEY)), 'key'],
    ['base64 two bytes later', base64.encode(joined(Uint8Array.of(1, 2), KEY, Uint8Array.of(3))), 'key'],
    ['base64url', base64url.encode(KEY), 'key'],
    ['base64url one byte later', base64urlnopad.encode(joined(Uint8Array.of(1), KEY)), 'key'],
    ['base58', base58.encode(KEY), 'key'],
    ['an array', [...KEY], 'key'],
    ['an object of bytes', Object.fromEntries(KEY.entries()), 'key'],
    ['JSON of its bytes', JSON.stringify(KEY), 'key'],
    ['JSON of an array', JSON.stringify([...KEY]), 'key'],
    ['a list of numbers', `Uint8Array(32) [\n  ${[...KEY].join(', ')}\n]`, 'key'],
    ['the phrase', PHRASE, 'phrase'],
    ['its words apart', words.join('\n  - '), 'phrase'],
    ['three of its words', `… ${words.slice(4, 7).join(' ')} …`, 'phrase'],
    ['the first three letters of its words', words.map((word) => word.slice(0, 3)).join(' '), 'phrase'],
    ['the first four letters of its words', words.map((word) => word.slice(0, 4)).join(','), 'phrase'],
  ])('given %s, then finds it', (_spelling, value, name) => {
    expect(search.find(value)).toEqual([name]);
  });

  it.each<[string, unknown]>([
    ['a property', { deep: { list: [TEXT] } }],
    ['the name of a property', { [TEXT]: 1 }],
    ['a symbol', { [Symbol(TEXT)]: 1 }],
    ['a hidden property', Object.defineProperty({}, 'hidden', { value: TEXT })],
    ['a getter', { get it() { return TEXT; } }],
    ['what a getter throws', { get it() { throw new Error(TEXT); } }],
    ['a function', Object.assign(() => {}, { it: TEXT })],
    ['a map', new Map([[1, { it: TEXT }]])],
    ['the keys of a map', new Map([[TEXT, 1]])],
    ['a set', new Set([TEXT])],
    ['the message of an error', new Error(`of ${TEXT}`)],
    ['its stack', Object.assign(new Error('of'), { stack: TEXT })],
    ['its cause', new Error('of', { cause: new Error('of', { cause: { it: TEXT } }) })],
    ['the errors of one', new AggregateError([new Error(TEXT)], 'of')],
    ['its own property', Object.assign(new Error('of'), { hint: TEXT })],
    ['a cycle', (() => { const loop: Record<string, unknown> = { it: TEXT }; loop['loop'] = loop; return loop; })()],
  ])('given it in %s, then finds it', (_where, value) => {
    expect(search.find(value)).toEqual(['text']);
  });

  it('given what holds none, then finds nothing', () => {
    const others = [marker(4_000), crypto.getRandomValues(new Uint8Array(4_000)), generateMnemonic(256), new Error('an error'), new Map([[1, 2]]), null, undefined, 3n, [], TEXT.slice(0, 6), words.slice(0, 2).join(' ')];
    expect(search.find(others)).toEqual([]);
  });
});
