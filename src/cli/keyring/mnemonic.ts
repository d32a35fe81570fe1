import { randomInt } from 'node:crypto';
import { hasCode, RegistryError } from '../../error.ts';
import { takeMnemonic } from '../../keyring/index.ts';
import { readSecretText, type SecretFile } from '../secret-file.ts';
import type { Terminal } from '../terminal.ts';

/** Somebody may take the option for the mnemonic's. */
const MNEMONIC_FILE: SecretFile = { option: '--mnemonic-file', noun: 'mnemonic file', isSecret: () => true };

/** How often somebody may mistype. */
const TRIES = 3;
const CHECKED_WORDS = 3;
const COLUMNS = 3;

/** Draws different positions of words, from 1 on. */
export type Draw = (count: number, words: number) => readonly number[];

/**
 * Shows a new mnemonic once, clears it away, and asks for some of its words.
 * @throws RegistryError `ABORTED` if they were wrong {@link TRIES} times, and as `Terminal.ask`
 */
export async function handOver(mnemonic: string, terminal: Terminal, draw: Draw = drawPositions): Promise<void> {
  const words = mnemonic.split(' ');
  await terminal.showBriefly(
    [
      `These ${words.length} words are your keys. Write them down on paper, in this order, and show them to nobody: whoever`,
      'has them has the keys. With them you get the keys back when this password or this disk is lost; without',
      'them nobody can. Only the key "device" does not follow of them: it is made at random, for this device.',
      '',
      ...rowsOf(words),
      '',
      'They are shown this once.',
    ],
    'Press Enter when you have written them down. ',
  );
  await checkWritten(words, terminal, draw);
}

async function checkWritten(words: readonly string[], terminal: Terminal, draw: Draw): Promise<void> {
  terminal.say('Now type some of them. What you type is not shown.');
  let asked = draw(CHECKED_WORDS, words.length);
  for (let tries = TRIES; tries > 0; tries--) {
    const wrong: number[] = [];
    for (const position of asked) {
      const answer = await terminal.ask(`word ${position}: `);
      if (answer.trim().toLowerCase() !== words[position - 1]) wrong.push(position);
    }
    if (wrong.length === 0) return;
    terminal.say(`Not right: word ${wrong.join(', word ')}.`);
    asked = wrong;
  }
  throw new RegistryError('ABORTED', `words were wrong ${TRIES} times: no vault was made`, { hint: 'throw away what you wrote down, and start again: it will be other words' });
}

function rowsOf(words: readonly string[]): string[] {
  const cells = words.map((word, i) => `${String(i + 1).padStart(4)} ${word.padEnd(10)}`);
  return Array.from({ length: Math.ceil(cells.length / COLUMNS) }, (_, row) => cells.slice(row * COLUMNS, (row + 1) * COLUMNS).join('').trimEnd());
}

function drawPositions(count: number, words: number): readonly number[] {
  const left = Array.from({ length: words }, (_, i) => i + 1);
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)).flat().sort((a, b) => a - b);
}

/**
 * Asks for a mnemonic, and tells what is wrong with it, by the position of the word.
 * @throws RegistryError `INVALID_INPUT` if it was wrong {@link TRIES} times, and as `Terminal.ask`
 */
export async function askMnemonic(terminal: Terminal): Promise<string> {
  for (let tries = TRIES; ; tries--) {
    const mnemonic = await terminal.ask('mnemonic, all words in a line (not shown): ');
    try {
      check(mnemonic);
      return mnemonic;
    } catch (error) {
      if (!hasCode(error, 'INVALID_INPUT') || tries === 1) throw error;
      terminal.say(error.message);
    }
  }
}

/** @throws RegistryError `INVALID_INPUT`, `FORBIDDEN`; none quotes a word */
export async function readMnemonicFile(path: string): Promise<string> {
  const mnemonic = await readSecretText(path, MNEMONIC_FILE);
  check(mnemonic);
  return mnemonic;
}

/** @throws RegistryError `INVALID_INPUT`, telling the fault and the place of the word */
function check(mnemonic: string): void {
  takeMnemonic(mnemonic).entropy.fill(0);
}
