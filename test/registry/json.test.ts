import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_REVISION } from '../../src/registry/index.ts';
import { JsonNumber, readJson } from '../../src/registry/json.ts';
import { readAnswer, readMessage, readWrite } from '../../src/registry/wire/index.ts';
import { ENTRY_ROWS, PROOF_ROWS, SOCKET } from '../vectors/registry.ts';
import { MOST_DEEP, plainOf, readByReference, type Plain } from './json-reference.ts';
import { ROW } from './rows.ts';
import './seed.ts';

const KNOWN: ReadonlySet<string> = new Set(['revision', 'data', 'signature', 'type', 'error', 'key', '__proto__', '']);

const read = (text: string): Plain | undefined => {
  const value = readJson(text, KNOWN);
  return value === undefined ? undefined : plainOf(value);
};

function agrees(text: string): boolean {
  const expected = readByReference(text, KNOWN);
  expect(read(text)).toEqual(expected);
  return expected !== undefined;
}

const hex4 = (code: number, capitals: boolean): string => {
  const hex = code.toString(16).padStart(4, '0');
  return `\\u${capitals ? hex.toUpperCase() : hex}`;
};

/** The text of a string literal: characters bare or escaped, surrogates whole and halved, every short escape. */
const literal = (content: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(content, fc.infiniteStream(fc.integer({ min: 0, max: 9 }))).map(([text, dice]) => {
    let written = '';
    for (const unit of text.split('')) {
      const code = unit.charCodeAt(0);
      const { value: die } = dice.next();
      const isBare = code >= 0x20 && unit !== '"' && unit !== '\\';
      written += isBare && die > 1 ? unit : hex4(code, die === 0);
    }
    return `"${written}"`;
  });
const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 6 }));
const strings = fc.oneof(literal(texts), fc.constantFrom('"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\u2028"', '"\u007f"', '"\ud800"', '"\\ud83d\\ude00"', '""'));
const keys = fc.oneof({ weight: 4, arbitrary: literal(fc.constantFrom(...KNOWN, 'constructor', 'toString', 'x', 'Revision')) }, { weight: 1, arbitrary: strings });
const numbers = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.constantFrom('0', '-0', '1.0', '1e3', '1E+3', '1e-3', '-1.5e10', '18446744073709551615', '18446744073709551616', '9007199254740993', '0.1', '1e400', '123456789012345678901234567890'),
);
const broken = fc.constantFrom('01', '+1', '.5', '1.', '1e', '--1', 'NaN', 'Infinity', '0x1', '1_0', 'undefined', 'True', "'x'", '', '"\\x41"', '"\\u12"', '"\n"', '"\t"', '"\u0000"', '"', '// x', '/**/1', '\ufeff1');
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 });

const { json } = fc.letrec<{ json: string; array: string; object: string }>((tie) => ({
  json: fc
    .tuple(
      space,
      fc.oneof(
        { maxDepth: 6, depthIdentifier: 'json' },
        { weight: 3, arbitrary: fc.oneof(fc.constantFrom('true', 'false', 'null'), numbers, strings) },
        { weight: 1, arbitrary: tie('array') },
        { weight: 3, arbitrary: tie('object') },
      ),
      space,
    )
    .map((parts) => parts.join('')),
  array: fc.array(tie('json'), { maxLength: 4, depthIdentifier: 'json' }).map((items) => `[${items.join(',')}]`),
  object: fc.array(fc.tuple(space, keys, space, tie('json')), { maxLength: 5, depthIdentifier: 'json' }).map((members) => `{${members.map(([before, key, after, value]) => `${before}${key}${after}:${value}`).join(',')}}`),
}));

describe('given texts that are JSON, with duplicates, escapes and whatever else JSON allows', () => {
  it('then they are read as the reference reads them', () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(json, (text) => {
        if (agrees(text)) taken++;
        else refused++;
      }),
      { numRuns: 3000 },
    );
    // Both ends are tried: what is refused here is a known key given twice.
    expect({ taken: taken > 1000, refused: refused > 100 }).toEqual({ taken: true, refused: true });
  });

  it('when one value in them is broken, then they are refused as by the reference', () => {
    fc.assert(
      fc.property(json, broken, fc.constantFrom('[', '{"x":', '{"revision":'), (text, fault, opening) => {
        const closing = opening === '[' ? ']' : '}';
        const trials = [`${opening}${fault}${closing}`, opening === '[' ? `[${text},${fault}]` : `${opening}${text},"z":${fault}}`, `${text}${fault}`];
        expect(trials.map(agrees).slice(0, 2)).toEqual([opening === '[' && fault === '', false]);
      }),
      { numRuns: 1000 },
    );
  });

  it('when they nest, then 32 levels are read and 33 are refused', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', '{"a":', '{"revision":', '[1,'), { minLength: 28, maxLength: 36 }), fc.constantFrom('1', '[]', '{}', '""'), (openings, inside) => {
        const closings = openings.map((opening) => (opening.startsWith('[') ? ']' : '}')).toReversed();
        const isTaken = agrees(`${openings.join('')}${inside}${closings.join('')}`);
        expect(isTaken).toBe(openings.length <= MOST_DEEP);
      }),
      { numRuns: 300 },
    );
  });
});

const mutate = (text: string, { how, where, length, what }: { how: string; where: number; length: number; what: string }): string => {
  const at = where % (text.length + 1);
  const [before, part, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (how) {
    case 'insert':
      return before + what + part + after;
    case 'replace':
      return before + what + after;
    case 'remove':
      return before + after;
    case 'repeat':
      return before + part + part + after;
    case 'swap':
      return before + part.split('').toReversed().join('') + after;
    default:
      return after + before + part;
  }
};

describe('given what portals really send', () => {
  const real = [...ENTRY_ROWS.flatMap(({ answerBody, writeBody }) => [answerBody, writeBody]), ...Object.values(SOCKET), ...PROOF_ROWS.map(({ header }) => header)].filter((text) => text !== undefined);

  it('then it is read as the reference reads it', () => {
    expect(real.map(agrees)).toEqual(real.map(() => true));
  });

  const mutations = fc.array(
    fc.record({
      how: fc.constantFrom('insert', 'replace', 'remove', 'repeat', 'swap', 'move'),
      where: fc.nat(10_000),
      length: fc.integer({ min: 1, max: 12 }),
      what: fc.oneof(
        fc.constantFrom(...'{}[]",:0123456789eE+-.\\ \t\n\r/u'.split(''), '\ufeff', '\u00a0', '\u0000', '\u2028', '\ud800', '"revision":', '\\u0072', ',"type":1', '--'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('when characters of it are changed, then it is read as the reference reads it', () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...real), mutations, (text, changes) => {
        if (agrees(changes.reduce(mutate, text))) taken++;
        else refused++;
      }),
      { numRuns: 4000 },
    );
    expect({ taken: taken > 400, refused: refused > 400 }).toEqual({ taken: true, refused: true });
  });

  it('when characters of it are changed, then nothing that reads it throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...real), mutations, (text, changes) => {
        const changed = changes.reduce(mutate, text);
        expect(() => [readAnswer(changed), readWrite(changed), readMessage(changed)]).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});

const number = (text: string): Plain => ({ number: text });

describe('given the traps', () => {
  it.each([
    ['a byte order mark', '\ufeff{}'],
    ['a no-break space', '\u00a0{}'],
    ['a no-break space inside', '{\u00a0"revision":1}'],
    ['a vertical tab', '\u000b1'],
    ['a form feed', '1\f'],
    ['a line separator', '\u20281'],
    ['a trailing comma in an array', '[1,]'],
    ['a trailing comma in an object', '{"revision":1,}'],
    ['a leading comma', '[,1]'],
    ['two commas', '[1,,2]'],
    ['a leading zero', '01'],
    ['a leading zero behind a sign', '-01'],
    ['a plus sign', '+1'],
    ['a bare point', '1.'],
    ['a point first', '.1'],
    ['a bare exponent', '1e'],
    ['a signed bare exponent', '1e+'],
    ['a sign alone', '-'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['hexadecimal', '0x10'],
    ['a bigint of JavaScript', '1n'],
    ['single quotes', "{'revision':1}"],
    ['a key without quotes', '{revision:1}'],
    ['a comment', '{}//'],
    ['a NUL in a string', '"\u0000"'],
    ['a NUL behind a value', '1\u0000'],
    ['a line feed in a string', '"\n"'],
    ['an escape that is none', '"\\v"'],
    ['an escaped quote that ends nothing', '"\\"'],
    ['a short unicode escape', '"\\u00e"'],
    ['a unicode escape with braces', '"\\u{41}"'],
    ['nothing', ''],
    ['spaces', ' \n'],
    ['two values', '1 2'],
    ['two objects', '{}{}'],
    ['an object left open', '{"revision":1'],
    ['an array closed as an object', '[1}'],
    ['a key without a value', '{"revision"}'],
    ['a value without a key', '{1}'],
    ['a capital literal', 'True'],
    ['half a literal', 'nul'],
    ['almost true', 'trux'],
    ['almost false', 'falsx'],
    ['almost null', 'nulx'],
    ['a literal and more', 'nullx'],
    ['a known key twice', '{"revision":1,"revision":1}'],
    ['a known key twice, once escaped', '{"revision":1,"re\\u0076ision":2}'],
    ['__proto__ twice, where it is known', '{"__proto__":1,"__proto__":1}'],
    ['a known key twice inside an unknown one', '{"x":[{"data":"","data":""}]}'],
  ])('when it is %s, then it is refused', (_what, text) => {
    expect(agrees(text)).toBe(false);
  });

  it.each<[string, string, Plain]>([
    ['-0', '-0', number('-0')],
    ['1.0', '1.0', number('1.0')],
    ['1e3', '1e3', number('1e3')],
    ['2^53 + 1', '9007199254740993', number('9007199254740993')],
    ['2^64 - 1', '18446744073709551615', number('18446744073709551615')],
    ['2^64', '18446744073709551616', number('18446744073709551616')],
    ['an unknown key twice', '{"x":1,"x":2}', new Map()],
    ['a key of another case twice', '{"Revision":1,"Revision":2}', new Map()],
    ['a known key in two objects', '[{"data":1},{"data":2}]', [new Map([['data', number('1')]]), new Map([['data', number('2')]])]],
    ['an escaped known key', '{"re\\u0076ision":7}', new Map([['revision', number('7')]])],
    ['__proto__ where it is known', '{"__proto__":{"type":1}}', new Map([['__proto__', new Map([['type', number('1')]])]])],
    ['constructor', '{"constructor":{"prototype":1}}', new Map()],
    ['lone surrogates', '"\ud800 \\udc00"', '\ud800 \udc00'],
    ['an escaped NUL', '"\\u0000"', '\u0000'],
    ['a line separator in a string', '"\u2028"', '\u2028'],
    ['DEL in a string', '"\u007f"', '\u007f'],
    ['all spaces there are', ' \t\r\n[ \t\r\n] \t\r\n', []],
    ['an empty key', '{"":1}', new Map([['', number('1')]])],
  ])('when it is %s, then it is read exactly', (_what, text, expected) => {
    expect(agrees(text)).toBe(true);
    expect(read(text)).toEqual(expected);
  });

  it('when a string holds any control character bare, then it is refused, and the next character is not', () => {
    for (let code = 0; code < 0x20; code++) expect(agrees(`"a${String.fromCharCode(code)}b"`)).toBe(false);
    expect(agrees('" "')).toBe(true);
  });

  it('then no prototype is touched', () => {
    readJson('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}', new Set(['__proto__', 'constructor', 'prototype', 'polluted']));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('given a number', () => {
  it('then it is an unsigned integer only as digits without a leading zero, up to the limit', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt({ min: -2n, max: 2n ** 65n }), fc.bigInt({ min: MAX_REVISION - 2n, max: MAX_REVISION + 2n })), (value) => {
        expect(new JsonNumber(String(value)).unsigned(MAX_REVISION)).toBe(value >= 0n && value <= MAX_REVISION ? value : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['-0', '00', '01', '1.0', '1e0', '1E2', '-1', '+1', '', ' 1', '1 ', '1\n', '\u0661', '1_000', '0x1', '99999999999999999999', '100000000000000000000'])('when it is written %j, then it is none', (text) => {
    expect(new JsonNumber(text).unsigned(MAX_REVISION)).toBeUndefined();
  });

  it('then a revision comes through an answer, a write and a message as it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_REVISION + 3n }), (revision) => {
        const taken = revision <= MAX_REVISION ? revision : undefined;
        const answer = (ROW.answerBody ?? '').replace('"revision":11,', `"revision":${revision},`);
        const message = SOCKET.notificationB.replace('9007199254740993', String(revision));
        const written = readWrite(ROW.writeBody.replace('"revision":11,', `"revision":${revision},`));
        const pushed = readMessage(message);
        expect(readAnswer(answer)?.revision).toBe(taken);
        expect('entry' in written ? written.entry.revision : undefined).toBe(taken);
        expect(pushed?.kind === 'update' ? pushed.claim.revision : undefined).toBe(taken);
      }),
      { numRuns: 300 },
    );
  });
});
