// Minifies again what was minified: of two minifiers, each finds what the other leaves.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { minify } from 'terser';

const OPTIONS = { ecma: 2022, mangle: true };
const COMPRESS = { ecma: 2022, inline: 1, sequences: false };

/** A classic script's text. */
export async function minifyScript(text) {
  const { code } = await minify(text, { ...OPTIONS, compress: { ...COMPRESS, passes: 4 } });
  return code;
}

/** A file that is a module, and its source map beside it, in their places. */
export async function minifyModuleFile(path) {
  const map = `${path}.map`;
  const built = await minify(readFileSync(path, 'utf8'), { ...OPTIONS, module: true, compress: COMPRESS, sourceMap: { content: readFileSync(map, 'utf8'), url: basename(map) } });
  writeFileSync(path, built.code);
  writeFileSync(map, built.map);
}
