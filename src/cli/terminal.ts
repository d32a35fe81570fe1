import { emitKeypressEvents, type Key } from 'node:readline';
import { RegistryError } from '../error.ts';

/** What somebody types into, key by key. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode(isRaw: boolean): unknown;
}

/** Somebody pressed Ctrl-C at a prompt. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A key, with the character it types, if any. */
interface Press {
  readonly text: string | undefined;
  readonly key: Pick<Key, 'name' | 'ctrl'>;
}

/** Marks what is pasted, so that a line break in it is not taken for Enter (xterm's bracketed paste). */
const BRACKETED_PASTE = { on: '\u001B[?2004h', off: '\u001B[?2004l' };
/** A screen beside the one with what was said before, which comes back afterwards; what is on it does not reach the scrollback (xterm). */
const OTHER_SCREEN = { on: '\u001B[?1049h', off: '\u001B[?1049l' };
const CLEAR = '\u001B[2J\u001B[H';

/** What ends a process that does not wait for it, and the exit code then. */
const KILLS = ['SIGTERM', 'SIGHUP'] as const;
const KILLED = 143;

/** Somebody at a terminal, who is asked for secrets: what is typed is never shown. */
export class Terminal {
  readonly #input: TerminalInput;
  readonly #output: NodeJS.WritableStream;
  readonly #presses: Press[] = [];
  #onPress: (() => void) | undefined;
  #hasEnded = false;

  /** @param output of the same terminal, never a file or pipe */
  constructor(input: TerminalInput, output: NodeJS.WritableStream) {
    this.#input = input;
    this.#output = output;
    input.pause(); // until somebody is asked: what is read keeps the process alive
    emitKeypressEvents(input);
    input.on('keypress', (text: string | undefined, key: Key) => this.#take({ text, key }));
    for (const end of ['end', 'close', 'error']) input.on(end, () => this.#take({ text: undefined, key: { name: 'end of input' } }));
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  /**
   * One line, without its end.
   * @throws Interrupted
   * @throws RegistryError `ABORTED` at the end of input (Ctrl-D)
   */
  async ask(prompt: string): Promise<string> {
    return this.#typing(prompt, () => this.#line());
  }

  /**
   * Shows lines on a screen of their own until Enter, and clears it, whatever happens.
   * @throws as {@link ask}
   */
  async showBriefly(lines: readonly string[], prompt: string): Promise<void> {
    const clear = (): unknown => this.#output.write(`${BRACKETED_PASTE.off}${CLEAR}${OTHER_SCREEN.off}`);
    const onKill = (): void => {
      clear();
      process.exit(KILLED); // which gives the terminal back as it was
    };
    for (const signal of KILLS) process.on(signal, onKill);
    this.#output.write(`${OTHER_SCREEN.on}${CLEAR}${lines.join('\n')}\n`);
    try {
      await this.#typing(prompt, () => this.#line());
    } finally {
      clear();
      for (const signal of KILLS) process.off(signal, onKill);
    }
  }

  async #typing<T>(prompt: string, read: () => Promise<T>): Promise<T> {
    this.#input.setRawMode(true); // before anything is asked: nothing typed in answer may be echoed
    this.#output.write(`${BRACKETED_PASTE.on}${prompt}`);
    this.#input.resume();
    try {
      return await read();
    } finally {
      this.#input.pause();
      this.#output.write(`${BRACKETED_PASTE.off}\n`);
      this.#input.setRawMode(false);
    }
  }

  async #line(): Promise<string> {
    const typed: string[] = [];
    let isPasted = false;
    let isBroken = false;
    for (;;) {
      const { text, key } = await this.#press();
      const { name, ctrl = false } = key;
      if (ctrl && name === 'c') throw new Interrupted('interrupted');
      if (name === 'end of input' || (ctrl && name === 'd' && typed.length === 0)) throw new RegistryError('ABORTED', 'nothing was answered');
      if (name === 'paste-start' || name === 'paste-end') {
        isPasted = name === 'paste-start';
        isBroken = false;
      } else if (name === 'return' || name === 'enter') {
        if (!isPasted) return typed.join('');
        isBroken = true; // a space, if more comes: a phrase may have been copied in lines
      } else if (name === 'backspace') typed.pop();
      else if (ctrl && name === 'u') typed.length = 0;
      else if (text !== undefined && !ctrl && !/\p{Cc}/u.test(text)) {
        if (isBroken && typed.length > 0) typed.push(' ');
        isBroken = false;
        typed.push(text);
      }
    }
  }

  async #press(): Promise<Press> {
    for (;;) {
      const press = this.#presses.shift();
      if (press !== undefined) return press;
      if (this.#hasEnded) return { text: undefined, key: { name: 'end of input' } };
      await new Promise<void>((pressed) => (this.#onPress = pressed));
    }
  }

  #take(press: Press): void {
    if (press.key.name === 'end of input') this.#hasEnded = true;
    else this.#presses.push(press);
    this.#onPress?.();
  }
}

let ofProcess: Terminal | undefined;

/** The terminal that this process is used from; undefined if it is none, or all that is said goes elsewhere. */
export function theTerminal(): Terminal | undefined {
  if (!process.stdin.isTTY) return undefined;
  const output = [process.stderr, process.stdout].find(({ isTTY }) => isTTY);
  if (output !== undefined) ofProcess ??= new Terminal(process.stdin, output);
  return ofProcess;
}
