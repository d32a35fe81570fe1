/**
 * A value of a JSON text whose numbers are still text: nothing is rounded. Objects hold only the keys that were asked for.
 */
export type JsonValue = string | boolean | null | JsonNumber | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written. `JSON.parse` would round a revision above 2⁵³. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** The integer this was written as: `0|[1-9]\d*`, no sign, no fraction, no exponent, at most `most`. Anything else is undefined. */
  unsigned(most: bigint): bigint | undefined {
    // Bounded before it is converted: a number of a million digits takes its time.
    if (!/^(?:0|[1-9]\d{0,19})$/.test(this.text)) return undefined;
    const value = BigInt(this.text);
    return value <= most ? value : undefined;
  }
}

/** Nesting beyond this is refused; no message of the protocol needs more than three levels. */
const MAX_DEPTH = 32;

/**
 * Reads a strict JSON text (RFC 8259) as `JSON.parse` would, except that numbers stay text, that only the keys named in `known` are
 * kept, that a known key given twice in one object is refused, and so is nesting beyond 32 levels. Undefined for what is refused.
 */
export function readJson(text: string, known: ReadonlySet<string>): JsonValue | undefined {
  try {
    return new Reader(text, known).document();
  } catch (refusal) {
    if (refusal === REFUSAL) return undefined;
    throw refusal;
  }
}

/** What is thrown to refuse a text. No error: a flood of garbage would pay for a stack trace each, and whoever loads this for one. */
const REFUSAL = Symbol('not the JSON we read');

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- RFC 8259 section 7 forbids them bare
const UNESCAPED = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Reader {
  readonly #text: string;
  readonly #known: ReadonlySet<string>;
  #at = 0;

  constructor(text: string, known: ReadonlySet<string>) {
    this.#text = text;
    this.#known = known;
  }

  document(): JsonValue {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw REFUSAL;
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw REFUSAL;
    this.#match(SPACE);
    const value = this.#bareValue(depth);
    this.#match(SPACE);
    return value;
  }

  #bareValue(depth: number): JsonValue {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return new JsonNumber(this.#match(NUMBER));
    }
  }

  #object(depth: number): JsonObject {
    const object = new Map<string, JsonValue>();
    this.#expect('{');
    this.#match(SPACE);
    if (this.#take('}')) return object;
    do {
      this.#match(SPACE);
      const key = this.#string();
      this.#match(SPACE);
      this.#expect(':');
      const value = this.#value(depth + 1);
      if (!this.#known.has(key)) continue;
      if (object.has(key)) throw REFUSAL;
      object.set(key, value);
    } while (this.#take(','));
    this.#expect('}');
    return object;
  }

  #array(depth: number): readonly JsonValue[] {
    const array: JsonValue[] = [];
    this.#expect('[');
    this.#match(SPACE);
    if (this.#take(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#take(','));
    this.#expect(']');
    return array;
  }

  #string(): string {
    const start = this.#at;
    this.#expect('"');
    this.#match(UNESCAPED);
    // Escape by escape: a pattern that repeats them overflows the stack on a few hundred thousand.
    while (this.#text[this.#at] === '\\') {
      this.#match(ESCAPE);
      this.#match(UNESCAPED);
    }
    this.#expect('"');
    const literal = this.#text.slice(start, this.#at);
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  #literal<T>(text: string, value: T): T {
    if (!this.#text.startsWith(text, this.#at)) throw REFUSAL;
    this.#at += text.length;
    return value;
  }

  /** The longest match of a sticky pattern here; a pattern that does not match is a refusal. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) throw REFUSAL;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw REFUSAL;
  }
}
