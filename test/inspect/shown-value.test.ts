import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromShown } from '../../src/inspect.ts';
import { toDisplayJson } from '../../src/link/index.ts';

const SEED = 20_261_122;
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('7n', '-7n', '0x', '0x00', 'NaN', 'Infinity', '"', '""', '"7n"', '\n7n', '"a\nb"', '0x0', '__proto__'));
const leaf = fc.oneof(text, fc.bigInt(), fc.uint8Array({ maxLength: 128 }), fc.double().filter((number) => !Object.is(number, -0)), fc.boolean(), fc.constant(null));
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string().filter((name) => name !== '__proto__' && name !== 'toJSON'), tie('value'), { maxKeys: 4, noNullPrototype: true })),
})).value;

it(`reads what is shown back as what it was (N4; seed ${SEED})`, () => {
  fc.assert(
    fc.property(value, (was) => {
      expect(fromShown(JSON.parse(toDisplayJson(was)))).toEqual(was);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

it.each(['0x0', '0xzz', '7', 'n', '-n', '0x00… (129 bytes)', '"', 'Infinite'])('leaves %s, which is no more than text', (shown) => {
  expect(fromShown(shown)).toBe(shown);
});
