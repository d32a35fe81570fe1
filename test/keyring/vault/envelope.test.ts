import { describe, expect, it, vi } from 'vitest';
import { RegistryError } from '../../../src/error.ts';
import { decodeVault, MAX_GENERATION, MAX_PAYLOAD_BYTES, MAX_VAULT_BYTES, needsUpgrade, openPayload, sealVault, unwrapDataKey } from '../../../src/keyring/vault/index.ts';
import { pad } from '../../../src/keyring/vault/padding.ts';
import { bytesOf, contents, DAMAGED, KEK, keyNamed, opened, OS_KEK, sealed, textOf, withChecksum } from './vaults.ts';

/** What becomes of bytes that claim to be a vault, in one word. */
function outcome(vault: Uint8Array): string {
  try {
    const payload = opened(vault);
    return payload === 'locked' ? 'locked' : 'opened';
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.message === DAMAGED.message ? 'damaged' : error.code;
  }
}

const decoding = (vault: Uint8Array) => (): unknown => decodeVault(vault);

describe('a vault', () => {
  it('given either method, when it is opened, then gives what was sealed', () => {
    const vault = sealed();
    expect(opened(vault)).toEqual(bytesOf('payload a'));
    expect(opened(vault, 'os')).toEqual(bytesOf('payload a'));
    expect(decodeVault(vault)).toMatchObject({ id: contents().id, generation: 7n, methods: [{ kind: 'password', parameters: { memory: 65_536, passes: 3 }, salt: keyNamed('salt a').slice(0, 16) }, { kind: 'os' }] });
  });

  it('given another key, when it is unwrapped, then gives nothing, and throws nothing', () => {
    const envelope = decodeVault(sealed());
    expect(unwrapDataKey(envelope, 'password', OS_KEK)).toBeUndefined();
    expect(unwrapDataKey(envelope, 'os', KEK)).toBeUndefined();
    expect(() => openPayload(envelope, KEK)).toThrow(expect.objectContaining(DAMAGED));
  });

  it.each([0, 1, 251, 252, 253, 5_000, MAX_PAYLOAD_BYTES])('given a payload of %i bytes, then comes back whole', (length) => {
    const payload = new Uint8Array(length).map((_, i) => i % 251);
    const vault = sealed('a', { payload });
    expect(vault.length).toBeLessThanOrEqual(MAX_VAULT_BYTES);
    const back = opened(vault);
    expect(back.length).toBe(length);
    expect(textOf(back as Uint8Array) === textOf(payload)).toBe(true);
  });

  it('given generations at their ends, then keeps them', () => {
    for (const generation of [1n, 2n ** 53n + 1n, MAX_GENERATION]) expect(decodeVault(sealed('a', { generation })).generation).toBe(generation);
  });

  it('F1: given what was decoded, when it is sealed again with a method kept as it is, then both methods open it', () => {
    const kept = decodeVault(sealed()).methods[1]!;
    const next = sealed('a', { generation: 8n, methods: [{ kind: 'password', parameters: { memory: 19_456, passes: 2 }, salt: new Uint8Array(64), kek: keyNamed('new') }, kept] });
    expect(opened(next, 'os')).toEqual(bytesOf('payload a'));
    expect(opened(next, 'password', keyNamed('new'))).toEqual(bytesOf('payload a'));
    expect(opened(next)).toBe('locked');
  });

  it('F5: given the same contents twice, then no nonce and no ciphertext is the same', () => {
    const vaults = [sealed(), sealed()].map(decodeVault);
    const all = vaults.flatMap(({ nonce, ciphertext, methods }) => [nonce, ciphertext, ...methods.flatMap((method) => [method.nonce, method.key])].map(String));
    expect(new Set(all).size).toBe(12);
  });

  it('F6: given payloads of other lengths within a step, then the length is one', () => {
    expect(new Set([0, 1, 100, 252].map(lengthOf)).size).toBe(1);
    expect(new Set([253, 400, 508].map(lengthOf)).size).toBe(1);
    expect(lengthOf(253)).toBeGreaterThan(lengthOf(252));
  });

  it('given buffers of its caller, then seals and opens without touching them', () => {
    const given = contents();
    const before = JSON.stringify([given.id, given.dataKey, given.payload, KEK].map(String));
    const vault = sealVault(given);
    const dataKey = unwrapDataKey(decodeVault(vault), 'password', KEK)!;
    openPayload(decodeVault(vault), dataKey);
    expect(JSON.stringify([given.id, dataKey, given.payload, KEK].map(String))).toBe(before);
  });
});

describe('F8: given keys and a payload', () => {
  const { dataKey, payload } = contents();
  const padded = pad(payload);

  it('when a vault is sealed, then its copies of them are wiped', () => {
    expect(wipedBy(() => sealed())).toEqual(expect.arrayContaining([KEK, OS_KEK, dataKey, payload, padded].map(String)));
  });

  it('when it is unwrapped and opened, also with a wrong key, then its copies of them are wiped', () => {
    const envelope = decodeVault(sealed());
    expect(wipedBy(() => unwrapDataKey(envelope, 'password', KEK))).toContain(String(KEK));
    expect(wipedBy(() => unwrapDataKey(envelope, 'password', OS_KEK))).toContain(String(OS_KEK));
    expect(wipedBy(() => openPayload(envelope, dataKey))).toEqual(expect.arrayContaining([dataKey, padded].map(String)));
  });
});

describe('threat 16: given an accident (F2)', () => {
  const vault = sealed();

  it('when any byte has one bit flipped, then it is damaged', () => {
    const flipped = [...vault.keys()].map((at) => flip(vault, at, at % 8));
    expect(flipped.filter((damage) => outcomeOfDecoding(damage) !== 'damaged')).toEqual([]);
  });

  it('when any of the eight bits of any tenth byte is flipped, then it is damaged', () => {
    const flipped = [...vault.keys()].filter((at) => at % 10 === 0).flatMap((at) => [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => flip(vault, at, bit)));
    expect(flipped.filter((damage) => outcomeOfDecoding(damage) !== 'damaged')).toEqual([]);
  });

  it('when it is cut short anywhere, or something follows it, then it is damaged', () => {
    for (let length = 0; length < vault.length; length++) expect(outcomeOfDecoding(vault.slice(0, length))).toBe('damaged');
    for (const more of ['\n', ' ', '\0', '{}', textOf(vault)]) expect(outcomeOfDecoding(bytesOf(textOf(vault) + more))).toBe('damaged');
  });

  it('when it is something else, then it is damaged, and nothing of it is quoted', () => {
    for (const text of ['', '{}', 'null', '[]', '"secret"', 'secret words', '['.repeat(100_000)]) {
      for (const bytes of [bytesOf(text), withChecksum(text), withChecksum(`{"format":"secure-registry vault","version":1,"id":${text}`)]) {
        expect(decoding(bytes)).toThrow(expect.objectContaining(DAMAGED));
        expect(decoding(bytes)).not.toThrow(expect.objectContaining({ cause: expect.anything() as unknown }));
      }
    }
    expect(decoding(new Uint8Array(200).fill(255))).toThrow(expect.objectContaining(DAMAGED));
  });

  it('when it is larger than a vault can be, then it is damaged; when it is no bytes at all, the caller is at fault', () => {
    expect(decoding(new Uint8Array(MAX_VAULT_BYTES + 1))).toThrow(expect.objectContaining(DAMAGED));
    expect(decoding(new Uint8Array(2 ** 28))).toThrow(expect.objectContaining(DAMAGED));
    for (const value of [undefined, null, 'text', {}, [1, 2], new DataView(new ArrayBuffer(8))]) expect(decoding(value as Uint8Array)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'vault' }));
  });
});

describe('threat 16: given somebody who writes a new checksum', () => {
  const text = textOf(sealed());

  it('F4: when any byte is changed, then it opens for nobody', () => {
    const body = bytesOf(text.slice(0, text.indexOf(',"checksum"')));
    const outcomes = new Set([...body.keys()].flatMap((at) => [0, 1, 2, 5].map((bit) => outcome(withChecksumOf(flip(body, at, bit))))));
    expect(outcomes).not.toContain('opened');
    expect([...outcomes].sort()).toEqual(['UNSUPPORTED', 'damaged', 'locked']);
  });

  it.each<[string, string, string]>([
    ['generation', '"generation":"7"', '"generation":"8"'],
    ['memory', '"memory":65536', '"memory":65535'],
    ['passes', '"passes":3', '"passes":2'],
    ['the order of the methods', ...swapped()],
    ['the number of the methods', `,${text.match(/\{"kind":"os"[^}]*\}/)![0]}]`, ']'],
  ])('F4: when %s is changed, then it does not open', (_, before, after) => {
    expect(text).toContain(before);
    const changed = withChecksum(text.replace(before, after));
    expect(decodeVault(changed)).toBeDefined(); // it is a vault by its form
    expect(['locked', 'damaged']).toContain(outcome(changed));
  });

  it.each<[string, RegExp, string]>([
    ['the id', /"id":"../, '"id":"AA'],
    ['the memory', /"memory":65536/, '"memory":65535'],
    ['the number of passes', /"passes":3/, '"passes":2'],
    ['the salt', /"salt":"../, '"salt":"AA'],
  ])('F4: when %s is changed, then not even the data key is given', (_, before, after) => {
    const changed = text.replace(before, after);
    expect(changed).not.toBe(text);
    expect(outcome(withChecksum(changed))).toBe('locked');
  });

  it.each(['id', 'salt', 'nonce', 'key', 'ciphertext', 'methods'])('F4: when %s is taken from another vault of the same keys, or of the same vault a generation before, then it does not open', (field) => {
    for (const other of [textOf(sealed('b')), textOf(sealed('a', { generation: 6n, payload: bytesOf('payload b') }))]) {
      const part = field === 'methods' ? /"methods":\[[^\]]*\]/ : field === 'nonce' ? /"nonce":"[^"]*"(?=,"ciphertext")/ : new RegExp(`"${field}":"[^"]*"`);
      const spliced = text.replace(part, other.match(part)![0]);
      if (spliced === text) continue; // the id and the salt of the same vault are the same
      expect(decodeVault(withChecksum(spliced))).toBeDefined();
      expect(['locked', 'damaged']).toContain(outcome(withChecksum(spliced)));
    }
  });

  it.each<[string, string, string]>([
    ['memory below OWASP\'s least', '"memory":65536', '"memory":19455'],
    ['memory of 4 GiB', '"memory":65536', '"memory":4194304'],
    ['no memory', '"memory":65536', '"memory":0'],
    ['one pass', '"passes":3', '"passes":1'],
    ['eleven passes', '"passes":3', '"passes":11'],
    ['2³² − 1 passes', '"passes":3', '"passes":4294967295'],
    ['a broken number', '"passes":3', '"passes":3.5'],
    ['a number as text', '"passes":3', '"passes":"3"'],
    ['four lanes', '"lanes":1', '"lanes":4'],
    ['another function', 'argon2id', 'argon2i'],
    ['a salt of 15 bytes', /"salt":"[^"]*"/.exec(text)![0], `"salt":"${'A'.repeat(20)}"`],
    ['a salt of 65 bytes', /"salt":"[^"]*"/.exec(text)![0], `"salt":"${'A'.repeat(87)}"`],
  ])('F3: when the password would be stretched with %s, then it is damaged before that', (_, before, after) => {
    expect(text).toContain(before);
    expect(decoding(withChecksum(text.replace(before, after)))).toThrow(expect.objectContaining(DAMAGED));
  });

  it('F3: when the parameters are at their bounds, then they are taken', () => {
    for (const [memory, passes] of [[19_456, 2], [262_144, 10]] as const) {
      const methods = [{ kind: 'password', parameters: { memory, passes }, salt: new Uint8Array(16), kek: KEK }] as const;
      expect(outcome(sealed('a', { methods }))).toBe('opened');
    }
  });

  it.each<[string, (text: string) => string]>([
    ['a key twice', (vault) => vault.replace('"generation":"7"', '"generation":"7","generation":"7"')],
    ['a key twice, one of them spelled in escapes', (vault) => vault.replace('"generation":"7"', '"generation":"7","\\u0067eneration":"7"')],
    ['a key more', (vault) => vault.replace('"cipher"', '"more":1,"cipher"')],
    ['a key of a method more', (vault) => vault.replace('"lanes"', '"more":1,"lanes"')],
    ['__proto__', (vault) => vault.replace('"cipher"', '"__proto__":{},"cipher"')],
    ['another order', (vault) => vault.replace(/("id":"[^"]*"),("generation":"7")/, '$2,$1')],
    ['a space', (vault) => vault.replace(',"id"', ', "id"')],
    ['a byte order mark', (vault) => `\uFEFF${vault}`],
    ['an escape', (vault) => vault.replace('"os"', '"o\\u0073"')],
    ['a number in another spelling', (vault) => vault.replace('"passes":3', '"passes":3.0')],
    ['a leading zero', (vault) => vault.replace('"7"', '"07"')],
    ['generation 0', (vault) => vault.replace('"7"', '"0"')],
    ['a generation of 2⁶⁴', (vault) => vault.replace('"7"', '"18446744073709551616"')],
    ['a generation of a million digits', (vault) => vault.replace('"7"', `"${'9'.repeat(1_000_000)}"`)],
    ['a generation that is a number', (vault) => vault.replace('"7"', '7')],
    ['padded base64url', (vault) => vault.replace(/("id":"[^"]*)"/, '$1=="')],
    ['base64url with bits to spare', (vault) => vault.replace(/("id":"[^"]*)."/, '$1B"')],
    ['the other alphabet', (vault) => vault.replace(/"id":"../, '"id":"+/')],
    ['no method', (vault) => vault.replace(/"methods":\[[^\]]*\]/, '"methods":[]')],
    ['a kind twice', (vault) => vault.replace(/(\{"kind":"os"[^}]*\})/, '$1,$1')],
    ['methods without end', (vault) => vault.replace(/(\{"kind":"os"[^}]*\})/, (method) => Array(5_000).fill(method).join(','))],
    ['an unknown kind', (vault) => vault.replace('"os"', '"prf"')],
    ['another cipher', (vault) => vault.replace('xchacha20poly1305', 'chacha20poly1305')],
    ['another format', (vault) => vault.replace('registry vault', 'registry crate')],
    ['version 0', (vault) => vault.replace('"version":1', '"version":0')],
    ['a version that is none', (vault) => vault.replace('"version":1', '"version":1.5')],
    ['no ciphertext', (vault) => vault.replace(/"ciphertext":"[^"]*"/, '"ciphertext":""')],
  ])('F1: when it is spelled with %s, then it is damaged', (_, respell) => {
    const respelled = respell(text);
    expect(respelled).not.toBe(text);
    expect(decoding(withChecksum(respelled))).toThrow(expect.objectContaining(DAMAGED));
  });

  it('F7: when it is of a higher version, whatever else that has, then it is unsupported; with a wrong checksum it is damaged', () => {
    const newer = text.replace('"version":1', '"version":2').replace('"cipher"', '"more":1,"cipher"');
    expect(decoding(withChecksum(newer))).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    expect(decoding(bytesOf(newer))).toThrow(expect.objectContaining(DAMAGED));
  });

  function swapped(): [string, string] {
    const [before, first, second] = /(\{"kind":"password"[^}]*\}),(\{"kind":"os"[^}]*\})/.exec(text)!;
    return [before, `${second},${first}`];
  }
});

describe('given bad input, then sealing refuses it', () => {
  const password = contents().methods[0]!;
  it.each<[string, string, object]>([
    ['an id of 15 bytes', 'id', { id: new Uint8Array(15) }],
    ['generation 0', 'generation', { generation: 0n }],
    ['a generation of 2⁶⁴', 'generation', { generation: 2n ** 64n }],
    ['a generation that is a number', 'generation', { generation: 1 }],
    ['a data key of 31 bytes', 'dataKey', { dataKey: new Uint8Array(31) }],
    ['no method', 'methods', { methods: [] }],
    ['methods that are no array', 'methods', { methods: undefined }],
    ['a kind twice', 'methods', { methods: [password, password] }],
    ['a key-encryption key of 16 bytes', 'kek', { methods: [{ kind: 'os', kek: new Uint8Array(16) }] }],
    ['an unknown kind', 'kind', { methods: [{ kind: 'prf', kek: KEK }] }],
    ['too little memory', 'kdf.memory', { methods: [{ ...password, parameters: { memory: 8, passes: 2 } }] }],
    ['too many passes', 'kdf.passes', { methods: [{ ...password, parameters: { memory: 65_536, passes: 11 } }] }],
    ['a salt of 8 bytes', 'salt', { methods: [{ ...password, salt: new Uint8Array(8) }] }],
    ['a payload beyond its bound', 'payload', { payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) }],
  ])('%s', (_, field, changes) => {
    expect(() => sealVault({ ...contents(), ...changes })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field }));
  });

  it('and unwrapping one that lacks the method, or a key of another length', () => {
    const envelope = decodeVault(sealed('a', { methods: [password] }));
    expect(() => unwrapDataKey(envelope, 'os', KEK)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'kind' }));
    expect(() => unwrapDataKey(envelope, 'password', new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'kek' }));
  });
});

describe('needsUpgrade', () => {
  const [password, os] = decodeVault(sealed()).methods;
  it.each([
    [65_536, 3, false],
    [65_536, 2, false],
    [65_536, 4, true],
    [65_537, 2, true],
    [19_456, 10, false],
  ])('given 65,536 KiB and 3 passes where %i and %i are wanted, then is %s', (memory, passes, expected) => {
    expect(needsUpgrade(password!, { memory, passes })).toBe(expected);
    expect(needsUpgrade(os!, { memory, passes })).toBe(false);
  });
});

const lengthOf = (length: number): number => sealed('a', { payload: new Uint8Array(length) }).length;

function flip(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at]! ^= 1 << bit;
  return copy;
}

function outcomeOfDecoding(bytes: Uint8Array): string {
  try {
    decodeVault(bytes);
    return 'decoded';
  } catch (error) {
    return error instanceof RegistryError && error.code === 'STORAGE' && error.message === DAMAGED.message ? 'damaged' : String(error);
  }
}

function withChecksumOf(body: Uint8Array): Uint8Array {
  // A byte that is no UTF-8 any more cannot go through a string.
  const changed = new TextDecoder().decode(body);
  return bytesOf(changed).length === body.length && !changed.includes('\uFFFD') ? withChecksum(changed) : bytesOf('{}');
}

/** What is overwritten with zeros while something is done. */
function wipedBy(action: () => unknown): readonly string[] {
  const wiped: string[] = [];
  const fill = Uint8Array.prototype.fill;
  const spy = vi.spyOn(Uint8Array.prototype, 'fill').mockImplementation(function record(this: Uint8Array, ...parameters) {
    if (parameters.length === 1 && parameters[0] === 0) wiped.push(String(this));
    return fill.apply(this, parameters);
  });
  try {
    action();
    return wiped;
  } finally {
    spy.mockRestore();
  }
}
