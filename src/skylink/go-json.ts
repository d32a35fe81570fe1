/** A value that can be written as Go's encoding/json writes it; a Map is an object whose keys are sorted, a list of pairs one whose are not. */
export type GoValue = string | number | boolean | readonly string[] | ReadonlyMap<string, GoValue> | GoStruct;

/** The fields of a struct in their order. What is undefined is left out (`omitempty`). */
export interface GoStruct {
  readonly fields: readonly (readonly [name: string, value: GoValue | undefined])[];
}

/** Writes a value letter by letter as Go's encoding/json does: a file's link is a hash of it. */
export function formatGoJson(value: GoValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly string[]).map(quoted).join()}]`;
  return `{${pairsOf(value as ReadonlyMap<string, GoValue> | GoStruct)
    .map(([name, field]) => `${quoted(name)}:${formatGoJson(field)}`)
    .join()}}`;
}

function pairsOf(value: ReadonlyMap<string, GoValue> | GoStruct): readonly (readonly [string, GoValue])[] {
  if ('fields' in value) return value.fields.filter((pair): pair is readonly [string, GoValue] => pair[1] !== undefined);
  return [...value].sort(([a], [b]) => compareUtf8(a, b));
}

/** In the order of their UTF-8, which is that of their code points. The order of `<` is another one above U+FFFF. */
function compareUtf8(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** `JSON.stringify` quotes alike, but for what Go escapes beyond it, so that HTML and JavaScript can hold it, and for two controls that Go has no letter for. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\[bf]|[<>&\u2028\u2029]|\\./g, (match) => {
    if (match === '\\b') return '\\u0008';
    if (match === '\\f') return '\\u000c';
    return match.startsWith('\\') ? match : `\\u${match.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
