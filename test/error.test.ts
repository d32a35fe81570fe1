import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, fromWire, invalidInput, RegistryError, toWire, type ErrorCode } from '../src/error.ts';
import { MAX_REVISION, type SignedEntry } from '../src/registry/index.ts';
import { entryOf, ROW } from './registry/rows.ts';
import './registry/seed.ts';

/** What `postMessage` makes of an error of ours on its way. */
const across = (error: unknown): Error => fromWire(structuredClone(toWire(error)));

const current: SignedEntry = { ...entryOf(ROW), revision: MAX_REVISION };
const whole = { retryable: true, field: 'entry.data', portal: 'https://portal.example', current, hint: 'Read it again and try the next revision.' } as const;

/** api.md: the codes after which the same call may succeed unchanged. */
const RETRYABLE: Record<ErrorCode, boolean> = {
  INVALID_INPUT: false,
  BAD_SIGNATURE: false,
  CONFLICT: false,
  REJECTED: false,
  UNREACHABLE: true,
  TIMEOUT: true,
  UNCONFIRMED: true,
  STALE: true,
  TOO_LARGE: false,
  REVISION_LIMIT: false,
  STORAGE: true,
  LOCKED: false,
  WRONG_PASSWORD: false,
  THROTTLED: true,
  UNKNOWN_KEY: false,
  FORBIDDEN: false,
  ABORTED: false,
  CLOSED: false,
  WORKER_GONE: true,
  UNSUPPORTED: false,
};

describe('given the codes', () => {
  it('then they are those of the contract, in its order', () => {
    expect(ERROR_CODES).toEqual(Object.keys(RETRYABLE));
  });

  it.each(Object.entries(RETRYABLE) as [ErrorCode, boolean][])('when an error is %s, then it is an Error of that name, and retryable: %s unless said otherwise', (code, retryable) => {
    const error = new RegistryError(code, 'a sentence');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: `RegistryError:${code}`, code, message: 'a sentence', retryable });
    expect(Object.keys(error).sort()).toEqual(['code', 'name', 'retryable']);
    expect(new RegistryError(code, 'a sentence', { retryable: !retryable }).retryable).toBe(!retryable);
    expect(String(error)).toBe(`RegistryError:${code}: a sentence`);
  });

  it('when input is wrong, then the error names the field and says what it must be', () => {
    expect(invalidInput('entry.data', 'a Uint8Array')).toMatchObject({ code: 'INVALID_INPUT', field: 'entry.data', message: 'entry.data must be a Uint8Array', retryable: false });
  });
});

describe('given a RegistryError', () => {
  it.each(ERROR_CODES)('when %s crosses to another thread, then all of it arrives', (code) => {
    const error = across(new RegistryError(code, 'a sentence', { ...whole, cause: new Error('a reason') }));
    expect(error).toBeInstanceOf(RegistryError);
    expect(error).toMatchObject({ name: `RegistryError:${code}`, code, message: 'a sentence', ...whole });
    expect((error as RegistryError).current).toEqual(current);
    expect((error as RegistryError).current?.data).toBeInstanceOf(Uint8Array);
    expect((error as RegistryError).current?.revision).toBe(18446744073709551615n);
    expect(error.cause).toBeInstanceOf(Error);
    expect((error.cause as Error).message).toBe('a reason');
  });

  it('when it has no details, then it arrives without them', () => {
    const error = across(new RegistryError('CLOSED', 'a sentence'));
    expect(Object.keys(error).sort()).toEqual(['code', 'name', 'retryable']);
    expect('cause' in error).toBe(false);
  });

  it('when it says otherwise of being retryable, then that arrives', () => {
    expect(across(new RegistryError('TIMEOUT', 'x', { retryable: false }))).toMatchObject({ retryable: false });
    expect(across(new RegistryError('CLOSED', 'x', { retryable: true }))).toMatchObject({ retryable: true });
  });

  it('then its stack stays behind', () => {
    const error = new RegistryError('STORAGE', 'x', { cause: new Error('y') });
    expect(JSON.stringify(toWire(error))).not.toContain('stack');
    expect(JSON.stringify(toWire(error))).not.toContain('error.test');
  });

  it('when its cause is one too, with a cause, then both arrive', () => {
    const inner = new RegistryError('UNREACHABLE', 'inner', { portal: 'https://portal.example', cause: new TypeError('fetch failed') });
    const error = across(new RegistryError('CONFLICT', 'outer', { cause: inner }));
    expect(error.cause).toBeInstanceOf(RegistryError);
    expect(error.cause).toMatchObject({ code: 'UNREACHABLE', portal: 'https://portal.example' });
    expect((error.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
  });

  const depth = (error: unknown): number => (error instanceof Error ? 1 + depth(error.cause) : 0);

  it('when its causes go in a circle, then they are cut', () => {
    const a = new Error('a');
    const b = new RegistryError('STORAGE', 'b', { cause: a });
    a.cause = b;
    const self = new Error('self');
    self.cause = self;
    for (const circle of [a, b, self]) {
      expect(depth(across(circle))).toBe(5);
      expect(across(circle).message).toBe(circle.message);
    }
  });

  it('when its causes are many, then the first four arrive', () => {
    const chain = Array.from({ length: 50 }, (_, i) => i).reduceRight<Error | undefined>((cause, i) => new Error(`number ${i}`, cause && { cause }), undefined);
    expect(depth(across(chain))).toBe(5);
  });
});

const odd = (changes: object): Error => Object.defineProperties(new Error('odd'), Object.getOwnPropertyDescriptors(changes));

const trap = (): never => {
  throw new Error('a trap');
};

describe('given an error that is not ours', () => {
  it.each([
    ['AbortError', 'ABORTED', false],
    ['TimeoutError', 'TIMEOUT', true],
  ])('when it is the platform\'s %s, then it arrives as %s', (name, code, retryable) => {
    expect(across(new DOMException('the platform says so', name))).toMatchObject({ name: `RegistryError:${code}`, code, retryable, message: 'the platform says so' });
  });

  it('when a signal aborts or times out, then its reason arrives as ABORTED or TIMEOUT', () => {
    const controller = new AbortController();
    controller.abort();
    expect(across(controller.signal.reason)).toMatchObject({ code: 'ABORTED' });
    expect(across(new RegistryError('UNREACHABLE', 'x', { cause: controller.signal.reason })).cause).toMatchObject({ code: 'ABORTED' });
  });

  it.each([new TypeError('t'), new RangeError('r'), new DOMException('d', 'QuotaExceededError'), new Error('e')])('when it is %s, then its name and message arrive', (error) => {
    const arrived = across(error);
    expect(arrived).not.toBeInstanceOf(RegistryError);
    expect({ name: arrived.name, message: arrived.message }).toEqual({ name: error.name, message: error.message });
  });

  it.each([undefined, null, 0, 7n, true, Symbol('s'), {}, [], () => 1, new Uint8Array(3), { message: 'no error' }])('when %s was thrown, then an error arrives that quotes nothing', (thrown) => {
    expect(across(thrown)).toMatchObject({ name: 'Error', message: 'a value that is no Error was thrown' });
  });

  it('when a string was thrown, then it is the message', () => {
    expect(across('a reason')).toMatchObject({ name: 'Error', message: 'a reason' });
  });

  it('when it has been tampered with, then it can be cloned all the same', () => {
    const errors: readonly unknown[] = [
      odd({ message: () => 1 }),
      odd({ name: Symbol('name') }),
      odd({ message: { toString: trap } }),
      Object.defineProperty(new Error('odd'), 'message', { get: trap }),
      Object.defineProperty(new Error('odd'), 'cause', { get: trap }),
      new Proxy(new Error('odd'), { get: trap, getPrototypeOf: trap }),
      odd({ cause: odd({ message: () => 1 }) }),
    ];
    for (const error of errors) {
      const arrived = across(error);
      expect(arrived).toBeInstanceOf(Error);
      expect([typeof arrived.name, typeof arrived.message]).toEqual(['string', 'string']);
    }
  });
});

describe('given what is no error of the wire', () => {
  it('then fromWire answers an Error and never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withTypedArray: true, withNullPrototype: true }), (value) => {
        expect(fromWire(value)).toBeInstanceOf(Error);
      }),
      { numRuns: 1000 },
    );
  });

  it('when members of a real one are anything, then fromWire answers an Error with strings where strings belong', () => {
    const members = fc.dictionary(fc.constantFrom('code', 'message', 'name', 'retryable', 'field', 'portal', 'hint', 'cause'), fc.oneof(fc.anything(), fc.constantFrom(...ERROR_CODES)));
    fc.assert(
      fc.property(members, (changes) => {
        const error = fromWire({ ...toWire(new RegistryError('CONFLICT', 'x', whole)), ...changes });
        expect(error).toBeInstanceOf(Error);
        const { message, name, stack } = error;
        expect([message, name, stack].map((text) => typeof text)).toEqual(['string', 'string', 'string']);
        const { field, portal, hint } = error as RegistryError;
        expect([field, portal, hint].every((text) => text === undefined || typeof text === 'string')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('when its getters or its traps throw, or its causes go in a circle, then fromWire answers an Error', () => {
    const circle: { message: string; cause?: unknown } = { message: 'a circle' };
    circle.cause = circle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const value of [{ get message() { return trap(); } }, { code: 'CONFLICT', get current() { return trap(); } }, new Proxy({}, { get: trap }), proxy, circle]) {
      expect(fromWire(value)).toBeInstanceOf(Error);
    }
  });

  it.each(['NOPE', 'toString', '__proto__', 7, null, ['CONFLICT']])('when the code is %j, then the error is not coded', (code) => {
    const error = fromWire({ code, message: 'x', name: 'RegistryError:NOPE' });
    expect(error).not.toBeInstanceOf(RegistryError);
    expect(error.message).toBe('x');
  });
});
