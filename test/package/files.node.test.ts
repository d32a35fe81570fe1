import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesOf, newConsumer, runNode, type Consumer } from './fixture.ts';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await newConsumer();
}, 60_000);
afterAll(() => consumer.remove());

const scripts = (): readonly string[] => consumer.files.filter((file) => /^dist\/.*\.js$/.test(file));

describe('given the package as it is published', () => {
  test('when its files are listed, then they are what was built, and what every package tells of itself', () => {
    const own = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'SPEC.md', 'package.json'];
    expect(consumer.files.filter((file) => !/^dist\/(?:node|web|frame)\/[\w.-]+\.js(?:\.map)?$|^dist\/frame\/(?:index\.html|frame\.css(?:\.map)?)$|^dist\/inspector\/(?:[\w.-]+\.js(?:\.map)?|index\.html|inspector\.css(?:\.map)?|LICENSES\.txt)$|^dist\/types\/[\w./-]+\.d\.ts$/.test(file)).toSorted()).toEqual(own.toSorted());
    expect(consumer.files.filter((file) => /test|bench|example|fixture/i.test(file) && !/^dist\/(?:(?:node|web)\/testing\.js(?:\.map)?|types\/src\/testing(?:\.node\.d\.ts|\.d\.ts|\/[\w./-]+\.d\.ts))$/.test(file))).toEqual([]);
  });

  test('when its entry points are followed, then each leads to a file, and the command can be run', async () => {
    const targets = filesOf(consumer.manifest.exports).map(([, file]) => file);
    expect(targets.length).toBeGreaterThan(10);
    const isThere = (target: string): boolean => consumer.files.some((file) => (target.endsWith('*') ? file.startsWith(target.slice(2, -1)) : file === target.replace(/^\.\//, '')));
    for (const target of [...targets, ...Object.values(consumer.manifest.bin)]) expect({ target, isThere: isThere(target) }).toEqual({ target, isThere: true });
    const command = consumer.manifest.bin['secure-registry'] ?? '';
    expect((await stat(join(consumer.installed, command))).mode & 0o111).toBe(0o111);
    expect((await consumer.read(command)).split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(await runNode(consumer, join(consumer.installed, command), '--help')).toMatchObject({ code: 0, output: expect.stringContaining('usage: secure-registry') });
  });

  test('when its source maps are followed, then each is there, brings every source along, and leaves out what others wrote', async () => {
    expect(scripts().length).toBeGreaterThan(8);
    // The module of a kernel is deployed as it is, and alone: a map would be nowhere near it. The layout worker is a file of its package.
    for (const script of scripts().filter((name) => !['dist/web/module.js', 'dist/inspector/elk-worker.js'].includes(name))) {
      const map = /\n\/\/# sourceMappingURL=(\S+)\s*$/.exec(await consumer.read(script))?.[1] ?? 'none';
      const { sources, sourcesContent = [] } = JSON.parse(await consumer.read(join(dirname(script), map))) as { sources: string[]; sourcesContent?: (string | null)[] };
      expect({ script, without: sources.filter((_, i) => typeof sourcesContent[i] !== 'string') }).toEqual({ script, without: [] });
      expect({ script, foreign: sources.filter((source) => source.includes('node_modules')) }).toEqual({ script, foreign: [] });
    }
  });

  test('when its scripts import, then from each other, from Node, or from a package that is installed with it', async () => {
    for (const script of scripts()) {
      const allowed = new RegExp(`^(?:\\./|node:|#|(?:${Object.keys({ ...consumer.manifest.dependencies, ...consumer.manifest.peerDependencies }).join('|')})(?:/|$))`);
      const { specifiers, relative } = importsOf(await consumer.read(script));
      expect({ script, strangers: specifiers.filter((name) => !allowed.test(name) || name.startsWith('#')) }).toEqual({ script, strangers: [] });
      for (const name of relative) expect(consumer.files).toContain(join(dirname(script), name));
    }
  });
});

/** What a built script names at the start of a line, as esbuild writes it; in a minified one, wherever it stands. */
function importsOf(script: string): { readonly specifiers: readonly string[]; readonly relative: readonly string[] } {
  const specifiers = [...script.matchAll(/(?:^|[;}\n])\s*(?:import|export)\b[^;'"`]*?(?:from\s*)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']\s*\)/g)].map(([, still, dynamic]) => still ?? dynamic ?? '');
  return { specifiers, relative: specifiers.filter((name) => name.startsWith('.')) };
}
