import { describe, expect, it } from 'vitest';
import { MAX_REVISION } from '../../src/registry/index.ts';
import { JsonNumber, readJson, type JsonValue } from '../../src/registry/json.ts';
import { readAnswer } from '../../src/registry/wire/index.ts';
import { ROW } from './rows.ts';

const KNOWN: ReadonlySet<string> = new Set(['data']);

const lengthOf = (value: JsonValue | undefined): number | undefined => (typeof value === 'string' || Array.isArray(value) ? (value as string).length : undefined);

describe('given texts of a size that hurts', () => {
  const million = 1_000_000;

  it.each([
    ['arrays', '['],
    ['objects', '{"a":'],
    ['objects under a known key', '{"data":'],
    ['both', '[{"data":'],
  ])('when a million %s nest, then they are refused, closed or not', (_what, opening) => {
    const closing = opening === '[' ? ']' : opening.startsWith('[') ? '}]' : '}';
    expect(readJson(opening.repeat(million), KNOWN)).toBeUndefined();
    expect(readJson(`${opening.repeat(million)}1${closing.repeat(million)}`, KNOWN)).toBeUndefined();
  });

  it('when a number has a million digits, then its text is kept and it is no revision', () => {
    const digits = `1${'0'.repeat(million - 1)}`;
    const value = readJson(digits, KNOWN);
    expect(value).toBeInstanceOf(JsonNumber);
    expect((value as JsonNumber).text).toHaveLength(million);
    expect((value as JsonNumber).unsigned(MAX_REVISION)).toBeUndefined();
    expect(readAnswer(`{"data":"","revision":${digits},"signature":"${ROW.signature}"}`)).toBeUndefined();
    expect(readAnswer(`{"data":"","revision":${'0'.repeat(million)},"signature":"${ROW.signature}"}`)).toBeUndefined();
  });

  it.each([
    ['letters', 'a', 1],
    ['short escapes', '\\n', 1],
    ['unicode escapes', '\\u0041', 1],
    ['halved surrogates', '\\ud800', 1],
    ['escaped backslashes', '\\\\', 1],
    ['emoji', '\u{1f600}', 2],
    ['letters and escapes', 'a\\"', 2],
  ])('when a string has a million %s, then it is read, and refused where it does not end', (_what, piece, units) => {
    const long = piece.repeat(million);
    expect(lengthOf(readJson(`"${long}"`, KNOWN))).toBe(units * million);
    expect(readJson(`"${long}`, KNOWN)).toBeUndefined();
    expect(readJson(`"${long}\n"`, KNOWN)).toBeUndefined();
    expect(readJson(`{"${long}":1}`, KNOWN)).toEqual(new Map());
  });

  it('when a list has a million items or an object a million members, then it is read', () => {
    expect(lengthOf(readJson(`[${'0,'.repeat(million)}0]`, KNOWN))).toBe(million + 1);
    expect(readJson(`{${'"x":0,'.repeat(million)}"data":1}`, KNOWN)).toEqual(new Map([['data', new JsonNumber('1')]]));
    expect(readJson(`{${'"x":0,'.repeat(million)}}`, KNOWN)).toBeUndefined();
  });

  it('when there are a million spaces, then they are skipped', () => {
    expect(readJson(`${' '.repeat(million)}[${'\n'.repeat(million)}]${'\t'.repeat(million)}`, KNOWN)).toEqual([]);
  });
});
