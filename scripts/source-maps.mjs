// Leaves of the built source maps what tells of the project's own code. What others wrote would make them four times as long.
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder of built scripts, each with its map beside it */
export function keepOwnSources(folder) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js.map'))) {
    const path = join(folder, file);
    writeFileSync(path, JSON.stringify(ofOwnSources(JSON.parse(readFileSync(path, 'utf8')))));
  }
}

function ofOwnSources({ sources, sourcesContent, mappings, ...rest }) {
  const own = [...sources.keys()].filter((index) => !sources[index].includes('node_modules/'));
  const renumbered = new Map(own.map((index, position) => [index, position]));
  /** A segment is a column, and where that comes from: source, line, column. One without that comes from nowhere. */
  const segmentsOf = (line) => line.map(([column, source, ...place]) => (renumbered.has(source) ? [column, renumbered.get(source), ...place] : [column]));
  return {
    ...rest,
    sources: own.map((index) => sources[index]),
    sourcesContent: own.map((index) => sourcesContent[index]),
    mappings: encode(decode(mappings).map((line) => segmentsOf(line).filter(isNews))),
  };
}

/** After a column that comes from nowhere, another such one says nothing. */
const isNews = (segment, index, line) => segment.length > 1 || line[index - 1]?.length > 1;
