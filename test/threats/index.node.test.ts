import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const TABLE = new URL('README.md', import.meta.url);
const table = await readFile(TABLE, 'utf8');

/** The rows of the table: a threat's number, and the files that its tests are in. */
const rows = [...table.matchAll(/^\| (\d+) \|[^|]+\|([^|]+)\|$/gm)].map(([, number, cell = '']) => ({
  number: Number(number),
  files: [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file),
}));

/** The threats that tests of a file name: in the title of a test, or of a group of them. */
const namedIn = (source: string): ReadonlySet<number> => {
  const titles = [...source.matchAll(/^\s*(?:describe|it)\b[^\n]*/gm)].map(([line]) => line);
  return new Set(titles.flatMap((title) => [...title.matchAll(/\bthreat (\d+)(?=[:,])/g)].map(([, number]) => Number(number))));
};

describe('the table of threats', () => {
  it('then has all thirty, each once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const { files } of rows) expect(files.length).toBeGreaterThan(0);
  });

  it.each(rows.flatMap(({ number, files }) => files.map((file) => ({ number, file }))))('then threat $number is tested in $file', async ({ number, file }) => {
    const source = await readFile(new URL(file, TABLE), 'utf8');
    expect([...namedIn(source)]).toContain(number);
  });

  it('then a file that names no threat, or another one, is told', () => {
    expect([...namedIn("// threat 7: in a comment\nconst text = 'threat 8: elsewhere';\nit('tests something else', () => {});")]).toEqual([]);
    expect([...namedIn("describe('threat 17: one', () => {\n  it('threat 1, threat 2: two', () => {});")]).toEqual([17, 1, 2]);
  });
});
