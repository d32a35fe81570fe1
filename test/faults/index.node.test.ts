import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const TABLE = new URL('README.md', import.meta.url);
const table = await readFile(TABLE, 'utf8');

/** The rows of the table: a fault's number, and the files that its tests are in. */
const rows = [...table.matchAll(/^\| F(\d+) \|[^|]+\|[^|]+\|([^|]+)\|$/gm)].map(([, number, cell = '']) => ({
  number: Number(number),
  files: [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file),
}));

/** The rows that tests of a file name: in the title of a test. */
const namedIn = (source: string): ReadonlySet<number> => {
  // One that is made of a list has its title after the list.
  const titles = [...source.matchAll(/^\s*(?:it\b|\][^\n]*\)\()[^\n]*/gm)].map(([line]) => line);
  return new Set(titles.flatMap((title) => [...title.matchAll(/['"`]F(\d+)(?=[:,])/g)].map(([, number]) => Number(number))));
};

describe('the table of faults', () => {
  it('then has all seventeen, each once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
    for (const { files } of rows) expect(files.length).toBeGreaterThan(0);
  });

  it.each(rows.flatMap(({ number, files }) => files.map((file) => ({ number, file }))))('then F$number is tested in $file', async ({ number, file }) => {
    const source = await readFile(new URL(file, TABLE), 'utf8');
    expect([...namedIn(source)]).toContain(number);
  });

  it('then every file of this folder is in the row of its name', async () => {
    const files = (await readdir(new URL('.', TABLE))).filter((file) => /^f\d\d-.*\.test\.ts$/.test(file));
    expect(files.length).toBeGreaterThanOrEqual(17);
    for (const file of files) expect(rows.find(({ number }) => number === Number(file.slice(1, 3)))?.files).toContain(file);
  });

  it('then a file that names no row, or another one, is told', () => {
    expect([...namedIn("// F7: in a comment\nconst text = 'F8: elsewhere';\nit('tests something else', () => {});")]).toEqual([]);
    expect([...namedIn("it('F12: one', () => {});\n  it.each([\n  1,\n  ])('F3: another %i', () => {});")]).toEqual([12, 3]);
  });
});
