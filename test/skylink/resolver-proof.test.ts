import { describe, expect, it } from 'vitest';
import { DELETED_DATA, hashDatakey, publicKeyOfSeed, signEntry, type CheckedEntry } from '../../src/registry/index.ts';
import { resolverLink } from '../../src/registry/link.ts';
import { formatResolverProof, formatSkylink, linkInData, packSkylink, parseSkylink, verifyResolverProof, type ResolverLink } from '../../src/skylink/index.ts';
import { RESOLVER_PROOFS, SKYFILES } from './vectors.ts';

const SEED = new Uint8Array(32).fill(5);
const pubkey = publicKeyOfSeed(SEED);
const secretKey = Uint8Array.of(...SEED, ...pubkey);
const FILE = (SKYFILES as [(typeof SKYFILES)[number]])[0].skylink;

const entryOf = (name: string, data: Uint8Array, revision = 1n): CheckedEntry => ({ ...signEntry({ pubkey, datakey: hashDatakey(name), data, revision }, secretKey), type: 1 }) as CheckedEntry;
const linkTo = (entry: CheckedEntry): ResolverLink => parseSkylink(resolverLink(entry)) as ResolverLink;
const textOf = (link: string) => new TextEncoder().encode(link);
const refused = (code: string) => expect.objectContaining({ code, field: 'proof', message: expect.stringMatching(/must be .{9}|not signed/) as string });

describe('given a resolver link and its proof', () => {
  it.each(RESOLVER_PROOFS)('when it is $resolver, then it resolves as on the network, and is written alike', ({ resolver, proof, skylink }) => {
    const resolution = verifyResolverProof(parseSkylink(resolver) as ResolverLink, proof);
    expect(resolution.skylink && formatSkylink(resolution.skylink)).toBe(skylink);
    expect(formatResolverProof(resolution.entries)).toBe(proof);
  });

  it.each([
    ['raw', packSkylink(parseSkylink(FILE))],
    ['text', textOf(FILE)],
    ['text with its scheme', textOf(`sia://${FILE}`)],
  ])('when the data is a link as %s, then it is followed', (_, data) => {
    const entry = entryOf('one', data);
    expect(verifyResolverProof(linkTo(entry), formatResolverProof([entry]))).toEqual({ skylink: parseSkylink(FILE), entries: [entry] });
  });

  it('when a link leads to a link, then both entries count; a third one is too many', () => {
    const last = entryOf('last', packSkylink(parseSkylink(FILE)));
    const middle = entryOf('middle', packSkylink(linkTo(last)));
    const first = entryOf('first', packSkylink(linkTo(middle)));
    expect(verifyResolverProof(linkTo(middle), formatResolverProof([middle, last])).skylink).toEqual(parseSkylink(FILE));
    expect(() => verifyResolverProof(linkTo(first), formatResolverProof([first, middle, last]))).toThrow(refused('INVALID_INPUT'));
  });

  it('when the last entry says "deleted", then there is no file', () => {
    const entry = entryOf('gone', DELETED_DATA);
    expect(verifyResolverProof(linkTo(entry), formatResolverProof([entry]))).toEqual({ skylink: undefined, entries: [entry] });
  });

  const file = (): Uint8Array => packSkylink(parseSkylink(FILE));
  const entryTo = (data = file()): CheckedEntry => entryOf('entry', data);
  const proof = (): string => formatResolverProof([entryTo()]);
  it.each([
    ['no proof', () => ''],
    ['an object', () => proof().slice(1, -1)],
    ['no entries', () => '[]'],
    ['what is no entry', () => '[{}]'],
    ['what is no object', () => '[1]'],
    ['an entry cut short', () => proof().replace(/"data":"./, '"data":"')],
    ['an entry of another key', () => formatResolverProof([entryOf('another', file())])],
    ['an entry of type 2', () => proof().replace('"type":1', '"type":2')],
    ['an entry after the file', () => formatResolverProof([entryTo(), entryTo()])],
    ['an entry after the deletion', () => formatResolverProof([entryTo(DELETED_DATA), entryTo()])],
    ['data that is no link', () => formatResolverProof([entryTo(textOf('hello'))])],
    ['data that is a link too many', () => formatResolverProof([entryTo(textOf(`${FILE}A`))])],
    ['no data', () => formatResolverProof([entryTo(new Uint8Array(0))])],
    ['an end before the file', () => formatResolverProof([entryTo(packSkylink(linkTo(entryOf('leading', packSkylink(linkTo(entryTo()))))))])],
  ])('when it is %s, then it is refused', (_, make) => {
    const [link, text] = [linkTo(entryTo()), make()];
    expect(() => verifyResolverProof(link, text)).toThrow(refused('INVALID_INPUT'));
  });

  it('when any of its signed parts is another one, then it is BAD_SIGNATURE', () => {
    const entry = entryTo();
    expect(verifyResolverProof(linkTo(entry), proof()).entries).toHaveLength(1);
    for (const forged of [{ ...entry, revision: 2n }, { ...entry, data: packSkylink(linkTo(entry)) }, { ...entry, signature: entry.signature.with(0, entry.signature[0]! ^ 1) }]) {
      expect(() => verifyResolverProof(linkTo(entry), formatResolverProof([forged]))).toThrow(refused('BAD_SIGNATURE'));
    }
  });
});

describe('given the data of an entry', () => {
  it('when it is a link that breaks its own rules, then it is refused by the name of the field', () => {
    expect(() => linkInData(new Uint8Array(34).fill(255))).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'data' }));
    expect(linkInData(DELETED_DATA)).toBeUndefined();
  });
});
