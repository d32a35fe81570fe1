import { describe, expect, test } from 'vitest';
import { askMnemonic, handOver } from '../../src/cli/keyring/mnemonic.ts';
import { generateMnemonic } from '../../src/keyring/index.ts';
import { FakeTerminal } from './fake-terminal.ts';

const MNEMONIC = 'legal winner thank year wave sausage worth useful legal winner thank yellow';
const WORDS = MNEMONIC.split(' ');

/** Somebody who is handed a mnemonic, up to when its words are asked for. */
async function handedOver(positions?: readonly number[]) {
  const fake = new FakeTerminal();
  const outcome = handOver(MNEMONIC, fake.terminal, positions && (() => positions)).then(
    () => 'known',
    (error: unknown) => error,
  );
  await fake.sees(/written them down\. $/);
  const screen = fake.shown;
  fake.type('\r');
  await fake.sees(/not shown\.\n/);
  return { fake, outcome, screen, after: () => fake.shown.slice(screen.length) };
}

describe('given a new mnemonic', () => {
  test('when it is handed over, then each word is shown once, with its position, and cleared away', async () => {
    const { screen, after } = await handedOver();
    const shown = [...screen.matchAll(/(\d+) ([a-z]+)(?= {2}|\n)/g)].map(([, position, word]) => [Number(position), word]);
    expect(shown).toEqual(WORDS.map((word, i) => [i + 1, word]));
    expect(after().indexOf('\u001B[?2004l\n\u001B[?2004l\u001B[2J\u001B[H\u001B[?1049l')).toBe(0);
  });

  test('when the words that are asked for are right, spelled as people do, then it is known, and no word was shown again', async () => {
    const { fake, outcome, after } = await handedOver([2, 6, 12]);
    await fake.answer(/word 2: $/, 'winner\r');
    await fake.answer(/word 6: $/, ' Sausage \r');
    await fake.answer(/word 12: $/, 'yellow\r');
    expect(await outcome).toBe('known');
    for (const word of WORDS) expect(after()).not.toContain(word);
  });

  test('when some are wrong, then those alone are asked again', async () => {
    const { fake, outcome } = await handedOver([2, 6, 12]);
    await fake.answer(/word 2: $/, 'legal\r');
    await fake.answer(/word 6: $/, 'sausage\r');
    await fake.answer(/word 12: $/, '\r');
    await fake.sees(/Not right: word 2, word 12\.\n/);
    await fake.answer(/word 2: $/, 'winner\r');
    await fake.answer(/word 12: $/, 'yellow\r');
    expect(await outcome).toBe('known');
    expect(fake.shown.match(/word 6: /g)).toHaveLength(1);
  });

  test('when they are wrong three times, then it is ABORTED', async () => {
    const { fake, outcome, after } = await handedOver([5, 7, 9]);
    await fake.answer(/word 5: $/, 'wave\r');
    await fake.answer(/word 7: $/, 'canary\r');
    await fake.answer(/word 9: $/, 'canary\r');
    await fake.answer(/word 7: $/, 'worth\r');
    await fake.answer(/word 9: $/, 'canary\r');
    await fake.answer(/word 9: $/, 'canary\r');
    expect(await outcome).toMatchObject({ code: 'ABORTED' });
    expect(after()).not.toContain('canary');
  });

  test('when it is handed over again and again, then other words are asked for, three different ones each time', async () => {
    const drawn = new Set<string>();
    for (let runs = 0; runs < 40; runs++) {
      const { fake, outcome } = await handedOver();
      const positions: number[] = [];
      for (let i = 0; i < 3; i++) {
        const [, position = ''] = await fake.sees(/word (\d+): $/);
        positions.push(Number(position));
        fake.type(`${WORDS[Number(position) - 1]}\r`);
      }
      expect(await outcome).toBe('known');
      expect([...new Set(positions)].toSorted((a, b) => a - b)).toEqual(positions);
      for (const position of positions) drawn.add(String(position));
    }
    // 40 draws of 3 out of 12 leave out six words once in 10^33 runs.
    expect(drawn.size).toBeGreaterThan(6);
  });
});

describe('given somebody who types a mnemonic', () => {
  test('when it is right, in lines and capitals too, then it is taken', async () => {
    const fake = new FakeTerminal();
    const answer = askMnemonic(fake.terminal);
    await fake.answer(/not shown\): $/, `\u001B[200~${MNEMONIC.toUpperCase().replaceAll(' ', '\r\n')}\r\n\u001B[201~\r`);
    expect(await answer).toBe(MNEMONIC.toUpperCase());
    expect(fake.shown).not.toMatch(/legal|LEGAL/);
  });

  test('when it is wrong, then the fault is told by position, and they are asked again, three times in all', async () => {
    const fake = new FakeTerminal();
    const answer = askMnemonic(fake.terminal).catch((error: unknown) => error);
    await fake.answer(/not shown\): $/, `${MNEMONIC.replace('sausage', 'canary')}\r`);
    await fake.sees(/word 6 is not on it\n/);
    await fake.answer(/not shown\): $/, `${WORDS.slice(1).join(' ')}\r`);
    await fake.sees(/12, 15, 18, 21 or 24 words\n/);
    await fake.answer(/not shown\): $/, `${MNEMONIC.replace('yellow', 'zoo')}\r`);
    expect(await answer).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('checksum') as string });
    expect(fake.shown).not.toMatch(/legal|canary/);
  });

  test('when it is right at last, then it is taken', async () => {
    const fake = new FakeTerminal();
    const mnemonic = generateMnemonic(256);
    const answer = askMnemonic(fake.terminal);
    await fake.answer(/not shown\): $/, 'nonsense\r');
    await fake.answer(/not shown\): $/, `${mnemonic}\r`);
    expect(await answer).toBe(mnemonic);
  });
});
