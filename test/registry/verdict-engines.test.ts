import { nativeEngine } from '#native-ed25519';
import { Point } from '@noble/ed25519';
import { hexToBytes } from '@noble/hashes/utils.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { isContested } from '../../src/registry/verdict/encoding.ts';
import { KeyCache, MAX_IMPORTED_KEYS, type NativeEngine } from '../../src/registry/verdict/engine.ts';
import { Verdict, verifyByReference } from '../../src/registry/verdict/index.ts';
import { judgedCases, type JudgedCase } from './go-cases.ts';

type Verify = NativeEngine['verify'];
const SYNCHRONOUS = 'node:crypto';
const ASYNCHRONOUS = 'webcrypto';

/** An engine that follows the rule, and remembers what it was asked. */
function spy(name: NativeEngine['name'], verify: Verify = verifyByReference): NativeEngine & { readonly asked: { readonly publicKey: Uint8Array; readonly signature: Uint8Array }[] } {
  const asked: { readonly publicKey: Uint8Array; readonly signature: Uint8Array }[] = [];
  return {
    name,
    asked,
    verify(signature, message, publicKey) {
      asked.push({ publicKey, signature });
      return verify(signature, message, publicKey);
    },
  };
}

const later =
  (verify: Verify): Verify =>
  async (...given) =>
    verify(...given);

let cases: readonly JudgedCase[];
let honest: JudgedCase;
let forged: JudgedCase;
beforeAll(() => {
  cases = judgedCases();
  honest = cases.find(({ kind }) => kind === 'honest') as JudgedCase;
  forged = cases.find(({ kind, valid, publicKey, signature }) => kind === 'A of mixed order' && !valid && !isContested(publicKey) && !isContested(signature.subarray(0, 32))) as JudgedCase;
});

const ask = async (verdict: Verdict, { signature, message, publicKey }: JudgedCase): Promise<boolean> => verdict.verify(signature, message, publicKey);
const askAtOnce = (verdict: Verdict, { signature, message, publicKey }: JudgedCase): boolean => verdict.verifyAtOnce(signature, message, publicKey);

describe('given an engine that follows the rule', () => {
  it('then it is trusted, and its answers are the verdicts', async () => {
    const engine = spy(ASYNCHRONOUS, later(verifyByReference));
    const verdict = new Verdict(engine);
    expect(await verdict.engine()).toBe(ASYNCHRONOUS);
    const probes = engine.asked.length;
    expect([await ask(verdict, honest), await ask(verdict, forged)]).toEqual([true, false]);
    expect(engine.asked.length - probes).toBe(2);
    expect(probes).toBeGreaterThanOrEqual(7);
  });

  it('then it is probed once, however many ask at the same time', async () => {
    const engine = spy(ASYNCHRONOUS, later(verifyByReference));
    const verdict = new Verdict(engine);
    await Promise.all([ask(verdict, honest), ask(verdict, honest), verdict.engine()]);
    const probes = spy(ASYNCHRONOUS, later(verifyByReference));
    await new Verdict(probes).engine();
    expect(engine.asked).toHaveLength(probes.asked.length + 2);
  });

  it('when it answers at once, then so does the verdict, natively', () => {
    const engine = spy(SYNCHRONOUS);
    const verdict = new Verdict(engine);
    expect([askAtOnce(verdict, honest), askAtOnce(verdict, forged)]).toEqual([true, false]);
    expect(engine.asked.length).toBeGreaterThanOrEqual(9);
  });

  it('when it answers later, then the reference answers at once and no promise is left behind', () => {
    const engine = spy(ASYNCHRONOUS, later(verifyByReference));
    const verdict = new Verdict(engine);
    expect([askAtOnce(verdict, honest), askAtOnce(verdict, forged)]).toEqual([true, false]);
    expect(engine.asked).toEqual([]);
  });
});

describe('given the engine of this host', () => {
  it('then it is the native one, and it is trusted', async () => {
    const engine = nativeEngine();
    expect(engine?.name).toBe('process' in globalThis ? SYNCHRONOUS : ASYNCHRONOUS);
    expect(await new Verdict(engine).engine()).toBe(engine?.name);
    expect(await new Verdict().engine()).toBe(engine?.name);
  });

  it('then it tells a key from every other, also one that differs in a single bit', async () => {
    const engine = nativeEngine();
    const { signature, message, publicKey } = honest;
    const verdicts: unknown[] = [await engine?.verify(signature, message, publicKey)];
    for (let at = 0; at < 32; at++) {
      const other = publicKey.map((byte, i) => (i === at ? byte ^ 1 : byte));
      // One that is no point cannot be imported by every engine.
      verdicts.push(await (async () => engine?.verify(signature, message, other))().catch(() => false));
    }
    verdicts.push(await engine?.verify(signature, message, publicKey));
    expect(verdicts).toEqual([true, ...Array.from({ length: 32 }, () => false), true]);
  });
});

const isPoint = (bytes: Uint8Array): boolean => {
  try {
    return Point.fromBytes(bytes, true).toBytes().length === 32;
  } catch {
    return false;
  }
};

describe('given a public key that is no point of the curve', () => {
  it('then no signature is valid under it', async () => {
    const candidates = Array.from({ length: 32 }, (_, y) => Uint8Array.of(y, ...new Uint8Array(31)));
    const none = candidates.filter((bytes) => !isPoint(bytes));
    expect(none.length).toBeGreaterThan(5);
    for (const publicKey of none) {
      expect(verifyByReference(honest.signature, honest.message, publicKey)).toBe(false);
      expect(await new Verdict().verify(honest.signature, honest.message, publicKey)).toBe(false);
    }
  });
});

const isOne = ({ publicKey, signature }: JudgedCase): boolean => isContested(publicKey) || isContested(signature.subarray(0, 32));

// It passes the probes, and would answer wrongly of everything else.
const liar = (probes: Set<string>): Verify => (signature, message, publicKey) => {
  const right = verifyByReference(signature, message, publicKey);
  return probes.has(publicKey.join()) ? right : !right;
};

const yIs = (first: number, rest = 'ff', last = '7f'): string => `${first.toString(16).padStart(2, '0')}${rest.repeat(30)}${last}`;

describe('given a contested point', () => {
  it('when A or R is one, then no engine is ever asked, and the verdict is Go\'s', async () => {
    const contested = ['A of small order', 'R of small order', 'A and R of small order', 'A not canonical', 'R not canonical', 'A and R not canonical'].flatMap((kind) =>
      cases.filter((edgeCase) => edgeCase.kind === kind && isOne(edgeCase)).slice(0, 60),
    );
    const recorder = spy(SYNCHRONOUS);
    await new Verdict(recorder).engine();
    const probed = new Set(recorder.asked.map(({ publicKey }) => publicKey.join()));
    const engine = spy(SYNCHRONOUS, liar(probed));
    const verdict = new Verdict(engine);
    expect(await verdict.engine()).toBe(SYNCHRONOUS);
    expect(contested.length).toBeGreaterThan(300);
    for (const edgeCase of contested) expect([await ask(verdict, edgeCase), askAtOnce(verdict, edgeCase)]).toEqual([edgeCase.valid, edgeCase.valid]);
    expect(engine.asked.filter(({ publicKey, signature }) => isContested(publicKey) || isContested(signature.subarray(0, 32)))).toEqual([]);
    // The same engine is believed of points that are not.
    expect([await ask(verdict, honest), askAtOnce(verdict, honest)]).toEqual([false, false]);
  });

  const p = 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f';
  it.each([
    ...['00', '01'].map((first) => `${first}${'00'.repeat(31)}`),
    yIs(0xec),
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    p,
    yIs(0xee),
    yIs(0xfe),
    yIs(0xff),
  ])('then %s is one, with either sign', (hex) => {
    const point = hexToBytes(hex);
    expect(isContested(point)).toBe(true);
    expect(isContested(point.map((byte, i) => (i === 31 ? byte | 0x80 : byte)))).toBe(true);
  });

  it.each([`02${'00'.repeat(31)}`, yIs(0xeb), yIs(0xed, 'ff', '7e'), yIs(0xff, 'fe'), `ed${'ff'.repeat(29)}fe7f`, `${'ff'.repeat(31)}3f`, `00${'00'.repeat(30)}01`, `01${'00'.repeat(30)}40`])(
    'then %s is none, with either sign',
    (hex) => {
      const point = hexToBytes(hex);
      expect(isContested(point)).toBe(false);
      expect(isContested(point.map((byte, i) => (i === 31 ? byte | 0x80 : byte)))).toBe(false);
    },
  );

  it('then asking leaves the bytes as they were', () => {
    const point = hexToBytes(p).map((byte, i) => (i === 31 ? byte | 0x80 : byte));
    const before = Uint8Array.from(point);
    isContested(point);
    expect(point).toEqual(before);
  });
});

const failure = (): never => {
  throw new Error('an engine that throws');
};

const exceptOnProbe =
  (number: number): Verify =>
  (() => {
    let asked = 0;
    return (signature, message, publicKey) => {
      const right = verifyByReference(signature, message, publicKey);
      return asked++ === number ? !right : right;
    };
  })();

describe('given an engine that does not follow the rule', () => {

  it.each<[string, () => Verify]>([
    ...Array.from({ length: 7 }, (_, i) => [`differs in probe ${i}`, () => exceptOnProbe(i)] as [string, () => Verify]),
    ['says yes', () => () => true],
    ['says no', () => () => false],
    ['throws', () => failure],
    ['rejects', () => async () => Promise.reject(new Error('an engine that rejects'))],
    ['answers what is no boolean', () => () => 1 as unknown as boolean],
  ])('when it %s, then it is not used, and the reference answers', async (_what, make) => {
    for (const name of [SYNCHRONOUS, ASYNCHRONOUS] as const) {
      const engine = spy(name, make());
      const verdict = new Verdict(engine);
      expect(await verdict.engine()).toBe('reference');
      const probes = engine.asked.length;
      expect([await ask(verdict, honest), await ask(verdict, forged)]).toEqual([true, false]);
      expect(engine.asked).toHaveLength(probes);
    }
  });

  it.each<[string, () => Verify]>([
    ...Array.from({ length: 7 }, (_, i) => [`differs in probe ${i}`, () => exceptOnProbe(i)] as [string, () => Verify]),
    ['says yes', () => () => true],
    ['says no', () => () => false],
    ['throws', () => failure],
    ['answers what is no boolean', () => () => 1 as unknown as boolean],
  ])('when it %s and should answer at once, then the reference does', (_what, make) => {
    const engine = spy(SYNCHRONOUS, make());
    const verdict = new Verdict(engine);
    expect(askAtOnce(verdict, honest)).toBe(true);
    const probes = engine.asked.length;
    expect([askAtOnce(verdict, honest), askAtOnce(verdict, forged)]).toEqual([true, false]);
    expect(engine.asked).toHaveLength(probes);
  });

  it('when one that should answer at once answers later, then the reference answers at once', () => {
    const verdict = new Verdict(spy(SYNCHRONOUS, later(verifyByReference)));
    expect([askAtOnce(verdict, honest), askAtOnce(verdict, forged)]).toEqual([true, false]);
  });

  it.each<[string, Verify]>([
    ['throws', failure],
    ['rejects', async () => Promise.reject(new Error('a key it cannot import'))],
  ])('when it passes the probes and then %s, then the reference answers', async (_what, fails) => {
    const recorder = spy(SYNCHRONOUS);
    await new Verdict(recorder).engine();
    const probed = new Set(recorder.asked.map(({ publicKey }) => publicKey.join()));
    const verify: Verify = (signature, message, publicKey) => (probed.has(publicKey.join()) ? verifyByReference(signature, message, publicKey) : fails(signature, message, publicKey));
    const verdict = new Verdict(spy(ASYNCHRONOUS, verify));
    expect(await verdict.engine()).toBe(ASYNCHRONOUS);
    expect([await ask(verdict, honest), await ask(verdict, forged)]).toEqual([true, false]);
  });

  it('when it passes the probes and then throws at once, then the reference answers at once', () => {
    const recorder = spy(SYNCHRONOUS);
    askAtOnce(new Verdict(recorder), honest);
    let asked = 0;
    const verdict = new Verdict(spy(SYNCHRONOUS, (...given) => (asked++ < recorder.asked.length - 1 ? verifyByReference(...given) : failure())));
    expect([askAtOnce(verdict, honest), askAtOnce(verdict, forged)]).toEqual([true, false]);
    expect(asked).toBeGreaterThan(recorder.asked.length - 1);
  });
});

describe('given lengths that are wrong', () => {
  it.each([
    [63, 32],
    [65, 32],
    [0, 32],
    [64, 31],
    [64, 33],
    [64, 0],
    [128, 64],
  ])('when the signature has %i bytes and the key %i, then the verdict is false and no engine is asked', async (signatureLength, keyLength) => {
    const signature = new Uint8Array(signatureLength);
    const publicKey = new Uint8Array(keyLength);
    signature.set(honest.signature.subarray(0, signatureLength));
    publicKey.set(honest.publicKey.subarray(0, keyLength));
    const engine = spy(SYNCHRONOUS);
    const verdict = new Verdict(engine);
    await verdict.engine();
    const probes = engine.asked.length;
    expect(verifyByReference(signature, honest.message, publicKey)).toBe(false);
    expect(await verdict.verify(signature, honest.message, publicKey)).toBe(false);
    expect(verdict.verifyAtOnce(signature, honest.message, publicKey)).toBe(false);
    // Asking at once, it is probed once more.
    expect(engine.asked.length === probes || engine.asked.length === 2 * probes).toBe(true);
  });
});

describe('given the keys an engine has imported', () => {
  it('then a key is imported once, and the least recently used leaves first', () => {
    const cache = new KeyCache<number>();
    let imports = 0;
    const make = (): number => ++imports;
    for (let i = 0; i < MAX_IMPORTED_KEYS; i++) cache.get(`key ${i}`, make);
    expect(cache.get('key 0', make)).toBe(1);
    cache.get('one more', make);
    expect(imports).toBe(MAX_IMPORTED_KEYS + 1);
    expect(cache.get('key 0', make)).toBe(1);
    cache.get('key 1', make);
    expect(imports).toBe(MAX_IMPORTED_KEYS + 2);
  });

  it('when a key is deleted, or its import throws, then it is imported again', () => {
    const cache = new KeyCache<number>();
    expect(() =>
      cache.get('key', () => {
        throw new Error('cannot import');
      }),
    ).toThrow('cannot import');
    expect(cache.get('key', () => 1)).toBe(1);
    cache.delete('key');
    expect(cache.get('key', () => 2)).toBe(2);
  });
});
