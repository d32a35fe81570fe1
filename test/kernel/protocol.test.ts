import { describe, expect, it } from 'vitest';
import { readArrival, readKernelToPage, readModuleCall, readPageQuery } from '../../src/kernel/index.ts';

const LINK = 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q';
const JUNK: readonly unknown[] = [undefined, null, true, 7, 7n, 'text', Symbol('s'), () => {}, [], {}, new Map([['method', 'response']]), Object.create({ method: 'response', nonce: 1, data: {}, err: null })];
/** What can be read but once, and then throws. */
const once = (fields: object): object => {
  const left = new Set(Object.keys(fields));
  return new Proxy(fields, {
    get: (target, name) => {
      if (!left.delete(String(name))) throw new Error(`${String(name)} is read twice`);
      return Reflect.get(target, name) as unknown;
    },
  });
};

describe('given what a module is sent', () => {
  it.each(JUNK.map((value) => [value]))('when it is junk, then it is nothing: %#', (value) => {
    expect(readArrival(value)).toBeUndefined();
  });

  it('when it is a query, then its fields are there, each read once', () => {
    expect(readArrival(once({ nonce: 'n', domain: 'app.example', method: 'readEntry', data: 7, more: 1 }))).toEqual({ message: 'moduleCall', nonce: 'n', domain: 'app.example', method: 'readEntry', data: 7 });
  });

  it('when it has no domain, or none that is text, then it is nobody\'s query: of nobody that is trusted', () => {
    for (const domain of [undefined, 7, ['trusted.example']]) expect(readArrival({ nonce: 0, domain, method: 'no-op', data: undefined })).toMatchObject({ message: 'moduleCall', domain: '' });
  });

  it.each(['queryUpdate', 'response', 'responseUpdate', 'responseNonce'] as const)('when it is a %s, then that is told by its having no domain', (method) => {
    expect(readArrival({ nonce: 3, method, data: {}, err: null })).toEqual({ message: method, nonce: 3 });
    expect(readArrival({ nonce: 3, method, data: {}, domain: 'app.example' })).toMatchObject({ message: 'moduleCall', method });
    expect(readArrival({ method, data: {} })).toBeUndefined();
  });

  it.each(['presentSeed', 'presentKey'] as const)('when it is a %s, then nothing of it is kept', (method) => {
    expect(readArrival({ method, domain: 'root', data: { seed: new Uint8Array(16) } })).toEqual({ message: method });
  });

  it.each(['presentSeed', 'presentKey'])('when somebody else than the kernel asks for %s, as a kernel that does not know of it passes on, then it is a query, which has to be answered', (method) => {
    expect(readArrival({ method, nonce: 'n', domain: 'app.example', data: 7 })).toEqual({ message: 'moduleCall', nonce: 'n', domain: 'app.example', method, data: 7 });
    for (const more of [{ nonce: 'n', domain: 'root' }, { domain: 'app.example' }, { nonce: 'n' }]) expect(readArrival({ method, data: 7, ...more })).toEqual({ message: method });
  });

  it('when it throws where it is read, then what it hides is not there', () => {
    const message = Object.defineProperty({ method: 'no-op', domain: 'a' }, 'nonce', {
      get() {
        throw new Error('no nonce');
      },
    });
    expect(readArrival(message)).toBeUndefined();
  });
});

describe('given what a page sends', () => {
  it.each(JUNK.map((value) => [value]))('when it is junk, then it is nothing: %#', (value) => {
    expect(readPageQuery(value)).toBeUndefined();
  });

  it('when it has a method and a nonce, then it can be answered', () => {
    expect(readPageQuery(once({ method: 'moduleCall', nonce: 'n', data: 7, sendKernelNonce: true }))).toEqual({ method: 'moduleCall', nonce: 'n', data: 7, sendKernelNonce: true });
    expect(readPageQuery({ method: 'version', nonce: 0, sendKernelNonce: 1 })).toEqual({ method: 'version', nonce: 0, data: undefined, sendKernelNonce: false });
  });

  it('when it calls a module, then which, what and with what, also with nothing', () => {
    expect(readModuleCall(once({ module: LINK, method: 'readEntry', data: undefined }))).toEqual({ module: LINK, method: 'readEntry', data: undefined });
  });

  it.each([
    [undefined, "moduleCall is missing 'module' field"],
    [{ method: 7 }, "moduleCall is missing 'module' field"],
    [{ module: 7, method: 7 }, "'module' field in moduleCall is expected to be a base64 skylink"],
    [{ module: LINK.slice(1) }, "'module' field in moduleCall is expected to be a base64 skylink"],
    [{ module: LINK }, "no 'data.method' specified, module does not know what method to run"],
    [{ module: LINK, method: 7 }, "'data.method' needs to be a string"],
    [{ module: LINK, method: 'presentSeed' }, 'presentSeed is a priviledged method, only root is allowed to use it'],
    [{ module: LINK, method: 'presentKey', data: {} }, 'presentKey is a priviledged method, only root is allowed to use it'],
    [{ module: LINK, method: 'readEntry' }, 'no field data.data in moduleCall, data.data contains the module input'],
  ])('when its call is at fault, %j, then the first fault is told as the kernel did', (data, text) => {
    expect(readModuleCall(data)).toBe(text);
  });
});

describe('given what a page hears', () => {
  it.each(JUNK.map((value) => [value]))('when it is junk, then it is nothing: %#', (value) => {
    expect(readKernelToPage(value)).toBeUndefined();
  });

  it.each([
    { nonce: 'n', method: 'response', data: { exists: false }, err: null },
    { nonce: 0, method: 'response', data: 0, err: null },
    { nonce: 'n', method: 'responseUpdate', data: undefined },
    { nonce: 'n', method: 'responseNonce', data: { nonce: 'kernel' } },
    { method: 'log', data: { isErr: true, message: 'text' } },
    { method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded: 'not yet', logoutComplete: false } },
  ])('when it is $method, then it is that', (message) => {
    expect(readKernelToPage(once({ ...message, more: 1 }))).toEqual(message);
  });

  it("when the kernel refuses, with its own empty data, then there is a reason and nothing else", () => {
    expect(readKernelToPage({ nonce: 1, method: 'response', data: {}, err: 'no' })).toEqual({ nonce: 1, method: 'response', data: null, err: 'no' });
  });

  it.each([
    { nonce: 'n', method: 'response', data: null, err: null },
    { nonce: 'n', method: 'response', err: null },
    { nonce: 'n', method: 'response', data: {} },
    { nonce: 'n', method: 'response', data: {}, err: 7 },
    { method: 'response', data: {}, err: null },
    { nonce: 'n', method: 'responseNonce', data: {} },
    { nonce: 'n', method: 'responseNonce', data: null },
    { method: 'log', data: {} },
    { method: 'kernelAuthStatus', data: { loginComplete: true } },
    { nonce: 'n', method: 'moduleCall', data: {} },
  ])('when it is not whole, %j, then it is nothing', (message) => {
    expect(readKernelToPage(message)).toBeUndefined();
  });
});
