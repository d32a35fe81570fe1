import { describe, expect, it } from 'vitest';
import { kernelSeedToKeyData, type KeyData } from '../../src/keyring/index.ts';
import { PresentedSeed } from '../../src/kernel/presented-seed.ts';
import { coded } from '../keyring/fixture.ts';

const KEYS = { keys: { main: { type: 'ed25519', path: "m/44'/1991'/0'/0'" } } } as const;
const seedOf = (byte: number, length = 16): Uint8Array => new Uint8Array(length).fill(byte);
const presenting = (seed: unknown, others: object = {}): object => ({ method: 'presentSeed', domain: 'root', data: { seed }, ...others });

const keyDataOf = (seed: Uint8Array): KeyData => kernelSeedToKeyData(seed, KEYS);

/** A slot that still takes the seed of sevens, and only that. */
function expectUntouched(slot: PresentedSeed<KeyData>): void {
  expect(slot.isTaken).toBe(false);
  expect(slot.take(presenting(seedOf(7)))).toEqual(kernelSeedToKeyData(seedOf(7), KEYS));
}

describe('threat 20: given a seed that is presented', () => {
  it('when it comes from the root domain, then its keys are made of it, and the message is not written to', () => {
    const message = { method: 'presentSeed', domain: 'root', nonce: 3, data: { seed: seedOf(7), rootPrivateKey: seedOf(1, 64) } };
    const slot = new PresentedSeed(keyDataOf);
    const keyData: KeyData = slot.take(message);
    expect(keyData).toEqual(kernelSeedToKeyData(seedOf(7), KEYS));
    expect(message.data.seed).toEqual(seedOf(7));
    message.data.seed.fill(0);
    expect(keyData).toEqual(kernelSeedToKeyData(seedOf(7), KEYS));
    expect(slot.isTaken).toBe(true);
  });

  it('when a second one comes, the same or another, then it is FORBIDDEN, from whomever', () => {
    const slot = new PresentedSeed(keyDataOf);
    slot.take(presenting(seedOf(7)));
    for (const message of [presenting(seedOf(7)), presenting(seedOf(8)), presenting(seedOf(8), { domain: 'mallory' })]) expect(() => slot.take(message)).toThrow(coded('FORBIDDEN'));
  });

  it.each([[undefined], [null], [''], ['Root'], ['root '], ['ROOT'], ['root.hns'], [['root']], [{ toString: () => 'root' }], [Object('root')]])('when it comes from the domain %j, then it is FORBIDDEN, and the first of the root is still taken', (domain) => {
    const slot = new PresentedSeed(keyDataOf);
    expect(() => slot.take(presenting(seedOf(8), { domain }))).toThrow(coded('FORBIDDEN', 'message.domain'));
    expectUntouched(slot);
  });

  it.each<[string, () => unknown]>([
    ['15 bytes', () => seedOf(8, 15)],
    ['17 bytes', () => seedOf(8, 17)],
    ['no byte', () => seedOf(8, 0)],
    ['none', () => undefined],
    ['null', () => null],
    ['an array', () => Array.from(seedOf(8))],
    ['an object of bytes', () => Object.assign({}, seedOf(8))],
    ['a buffer', () => new ArrayBuffer(16)],
    ['a Uint8ClampedArray', () => new Uint8ClampedArray(16)],
    ['a DataView', () => new DataView(new ArrayBuffer(16))],
    ['hex', () => '08'.repeat(16)],
    ['a proxy', () => new Proxy(seedOf(8), {})],
    ['bytes that were transferred away', () => {
      const seed = seedOf(8);
      structuredClone(seed, { transfer: [seed.buffer] });
      return seed;
    }],
    ['resizable memory', () => new Uint8Array(Reflect.construct(ArrayBuffer, [16, { maxByteLength: 32 }]) as ArrayBuffer)],
    // A page that is not isolated has no name for it, and WebAssembly has it all the same.
    ['shared memory', () => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, 0, 16)],
  ])('when it is %s, then it is INVALID_INPUT, and the first of the root is still taken', (_what, seed) => {
    const slot = new PresentedSeed(keyDataOf);
    expect(() => slot.take(presenting(seed()))).toThrow(coded('INVALID_INPUT', 'message.data.seed'));
    expectUntouched(slot);
  });

  it.each([[undefined], [null], ['presentSeed'], [[]], [seedOf(8)]])('when the message is %j, then it is refused', (message) => {
    const slot = new PresentedSeed(keyDataOf);
    expect(() => slot.take(message)).toThrow(expect.objectContaining({ name: expect.stringMatching(/INVALID_INPUT|FORBIDDEN/) as string }));
    expectUntouched(slot);
  });

  it.each([[{ data: undefined }], [{ data: seedOf(8) }], [{ data: { key: seedOf(8) } }], [{ method: 'moduleCall' }], [{ method: undefined }]])('when it has %j, then it is INVALID_INPUT', (others) => {
    const slot = new PresentedSeed(keyDataOf);
    expect(() => slot.take(presenting(seedOf(8), others))).toThrow(coded('INVALID_INPUT'));
    expectUntouched(slot);
  });

  it('when what it reads changes from one reading to the next, then each is read once', () => {
    const slot = new PresentedSeed(keyDataOf);
    const domains = ['mallory', 'root'];
    const message = { ...presenting(seedOf(8)) };
    Object.defineProperty(message, 'domain', { get: () => domains.shift(), enumerable: true });
    expect(() => slot.take(message)).toThrow(coded('FORBIDDEN'));
    expect(domains).toEqual(['root']);
    const seeds = [seedOf(7), seedOf(8)];
    const data = Object.defineProperty({}, 'seed', { get: () => seeds.shift(), enumerable: true });
    expect(slot.take(presenting(undefined, { data }))).toEqual(kernelSeedToKeyData(seedOf(7), KEYS));
    expect(seeds).toHaveLength(1);
  });

  it('when its keys could not be made, then it was not taken, and no error tells of it', () => {
    const slot = new PresentedSeed((seed) => kernelSeedToKeyData(seed, { keys: {} }));
    const seed = seedOf(0xc0);
    expect(() => slot.take(presenting(seed))).toThrow(coded('INVALID_INPUT'));
    expect(slot.isTaken).toBe(false);
    try {
      slot.take(presenting(seed));
    } catch (error) {
      expect(`${JSON.stringify(error)} ${String(error)} ${(error as Error).stack ?? ''}`).not.toMatch(/c0c0|192,192|wMDA/i);
    }
  });

  it('when something is made of it, then what it was made of is overwritten afterwards, also where that fails', () => {
    const seen: Uint8Array[] = [];
    const slot = new PresentedSeed((seed) => {
      seen.push(seed);
      expect(seed).toEqual(seedOf(7));
      if (seen.length === 1) throw new Error('not yet');
    });
    expect(() => slot.take(presenting(seedOf(7)))).toThrow('not yet');
    expect(slot.isTaken).toBe(false);
    slot.take(presenting(seedOf(7)));
    expect(seen).toEqual([seedOf(0), seedOf(0)]);
  });

  it('when a key is presented instead, of 32 bytes, then it is taken likewise, and nothing after it', () => {
    const slot = new PresentedSeed((key) => key.slice());
    expect(() => slot.take({ method: 'presentKey', domain: 'root', data: { seed: seedOf(7), key: seedOf(7) } })).toThrow(coded('INVALID_INPUT', 'message.data.key'));
    expect(slot.take({ method: 'presentKey', domain: 'root', data: { key: seedOf(7, 32), rootPrivateKey: seedOf(1, 64) } })).toEqual(seedOf(7, 32));
    expect(() => slot.take(presenting(seedOf(7)))).toThrow(coded('FORBIDDEN'));
  });

  it('when all objects inherit a domain and a seed, then nobody presented anything', () => {
    const inherited = { domain: 'root', method: 'presentSeed', data: { seed: seedOf(7) } };
    const slot = new PresentedSeed(keyDataOf);
    expect(() => slot.take(Object.create(inherited))).toThrow(coded('FORBIDDEN', 'message.domain'));
    expect(() => slot.take(presenting(undefined, { data: Object.create(inherited.data) as unknown }))).toThrow(coded('INVALID_INPUT', 'message.data.seed'));
    expectUntouched(slot);
  });
});
