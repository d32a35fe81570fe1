import { PassThrough, Writable } from 'node:stream';
import { expect } from 'vitest';
import { Terminal } from '../../src/cli/terminal.ts';

/** A terminal without anybody, for a test to type into. */
export class FakeTerminal {
  /** Whether a terminal of this kind would show what is typed now. */
  isEchoing = true;
  /** All that was written to it. */
  shown = '';
  readonly terminal: Terminal;
  readonly #input = new PassThrough();
  #seen = 0;

  constructor() {
    const output = new Writable({
      write: (text, _encoding, written) => {
        this.shown += String(text);
        written();
      },
    });
    this.terminal = new Terminal(Object.assign(this.#input, { setRawMode: (isRaw: boolean) => (this.isEchoing = !isRaw) }), output);
  }

  /** Whether anybody reads what is typed now. */
  get isReading(): boolean {
    return !this.#input.isPaused();
  }

  /** Types after a prompt was seen that was not seen before. */
  async answer(prompt: RegExp, keys: string): Promise<RegExpExecArray> {
    const found = await this.sees(prompt);
    expect({ isEchoing: this.isEchoing, isReading: this.isReading }).toEqual({ isEchoing: false, isReading: true });
    this.type(keys);
    return found;
  }

  /** Waits for what was not seen before, and takes it for seen with all before it. */
  async sees(pattern: RegExp): Promise<RegExpExecArray> {
    const find = (): RegExpExecArray | null => pattern.exec(this.shown.slice(this.#seen));
    await expect.poll(find, { interval: 1 }).not.toBeNull();
    const found = find();
    if (found === null) return expect.unreachable();
    this.#seen += found.index + found[0].length;
    return found;
  }

  type(keys: string | Uint8Array): void {
    this.#input.write(keys);
  }

  hangUp(): void {
    this.#input.end();
  }
}
