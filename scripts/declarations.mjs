// Leaves of the built declarations what the package's exports lead to, their imports as any compiler resolves them.
import { readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** @param root the package's folder */
export function pruneDeclarations(root) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const reached = new Set(typesIn(exports).map((types) => resolve(root, types)));
  for (const file of reached) {
    const declaration = readFileSync(file, 'utf8');
    const own = specifiersOf(file, declaration).filter(({ value }) => value.startsWith('.'));
    for (const { value } of own) reached.add(resolve(dirname(file), value.replace(/\.ts$/, '.d.ts')));
    writeFileSync(file, withScripts(declaration, own));
  }
  prune(resolve(root, 'dist/types'), reached);
}

/** What an export says of types, under whatever conditions. */
const typesIn = (target) => (typeof target === 'string' ? [] : Object.entries(target).flatMap(([condition, value]) => (condition === 'types' ? [value] : typesIn(value))));

/** Where a declaration names a module: in imports, exports, and types that import. */
function specifiersOf(file, declaration) {
  const { program, errors } = parseSync(file, declaration);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const found = [];
  const take = ({ source }) => source && found.push(source);
  new Visitor({ ImportDeclaration: take, ExportNamedDeclaration: take, ExportAllDeclaration: take, TSImportType: take }).visit(program);
  return found.toSorted((a, b) => a.start - b.start);
}

/** TypeScript leaves `./x.ts` in a declaration, where there is no such file: it is `./x.js` to who imports it. */
function withScripts(declaration, specifiers) {
  let text = '';
  let end = 0;
  for (const specifier of specifiers) {
    text += declaration.slice(end, specifier.start) + specifier.raw.replace(/\.ts(?=['"]$)/, '.js');
    end = specifier.end;
  }
  return text + declaration.slice(end);
}

function prune(folder, kept) {
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    if (item.isDirectory()) prune(path, kept);
    else if (!kept.has(path)) rmSync(path);
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
