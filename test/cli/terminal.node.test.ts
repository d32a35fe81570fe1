import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Interrupted } from '../../src/cli/terminal.ts';
import { choosePassword } from '../../src/cli/password.ts';
import { FakeTerminal } from './fake-terminal.ts';

const SECRET = 'Tr0ub4dor & 3';
const PASTE = (text: string): string => `\u001B[200~${text}\u001B[201~`;
const ASKED = '\u001B[?2004hsecret: \u001B[?2004l\n';

const asked = async (...keys: readonly (string | Uint8Array)[]) => {
  const fake = new FakeTerminal();
  const answer = fake.terminal.ask('secret: ');
  await fake.sees(/secret: $/);
  for (const key of keys) fake.type(key);
  return { fake, answer };
};

describe('given somebody who is asked for a secret at a terminal', () => {
  test.each([
    { how: 'as it is', keys: [`${SECRET}\r`], expected: SECRET },
    { how: 'key by key', keys: [...SECRET.split(''), '\r'], expected: SECRET },
    { how: 'with a line feed at its end', keys: [`${SECRET}\n`], expected: SECRET },
    { how: 'in other letters than ASCII', keys: ['pässwörd 🔑 ключ\r'], expected: 'pässwörd 🔑 ключ' },
    { how: 'a character cut in two', keys: [new Uint8Array([0xc3]), new Uint8Array([0xa4, 0x0d])], expected: 'ä' },
    { how: 'with a mistake that is taken back', keys: ['Tr0ub4dorz🔑\u007F\b & 3\r'], expected: SECRET },
    { how: 'with more taken back than there is', keys: [`x\u007F\u007F\u007F${SECRET}\r`], expected: SECRET },
    { how: 'from the start again, after Ctrl-U', keys: [`nonsense\u0015${SECRET}\r`], expected: SECRET },
    { how: 'with arrows, tabs and function keys in it', keys: ['Tr0ub\u001B[A\u001B[D4dor\t\u001BOP \u001B[15~& 3\u0001\r'], expected: SECRET },
    { how: 'by pasting', keys: [PASTE(SECRET), '\r'], expected: SECRET },
    { how: 'by pasting it with the end of its line', keys: [PASTE(`${SECRET}\r\n`), '\r'], expected: SECRET },
    { how: 'by pasting several lines', keys: [PASTE('one\r\ntwo\nthree\r\n'), ' four\r'], expected: 'one two three four' },
    { how: 'not at all', keys: ['\r'], expected: '' },
  ])('when they type it $how, then that is the answer, and nothing of it is shown', async ({ keys, expected }) => {
    const { fake, answer } = await asked(...keys);
    expect(await answer).toBe(expected);
    expect({ shown: fake.shown, isEchoing: fake.isEchoing, isReading: fake.isReading }).toEqual({ shown: ASKED, isEchoing: true, isReading: false });
  });

  test.each(['', 'half a sec'])('when they press Ctrl-C after typing "%s", then it is interrupted, and the terminal is as before', async (typed) => {
    const { fake, answer } = await asked(`${typed}\u0003`);
    await expect(answer).rejects.toThrow(Interrupted);
    expect({ shown: fake.shown, isEchoing: fake.isEchoing, isReading: fake.isReading }).toEqual({ shown: ASKED, isEchoing: true, isReading: false });
  });

  test.each([
    { what: 'press Ctrl-D', end: (fake: FakeTerminal) => fake.type('\u0004') },
    { what: 'hang up', end: (fake: FakeTerminal) => fake.hangUp() },
  ])('when they $what, then it is ABORTED, and the terminal is as before', async ({ end }) => {
    const { fake, answer } = await asked();
    end(fake);
    await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'ABORTED' }));
    expect({ shown: fake.shown, isEchoing: fake.isEchoing, isReading: fake.isReading }).toEqual({ shown: ASKED, isEchoing: true, isReading: false });
  });

  test('when they type ahead of the next question, then that is its answer', async () => {
    const { fake, answer } = await asked('one\rtwo\r');
    expect([await answer, await fake.terminal.ask('again: ')]).toEqual(['one', 'two']);
  });

  test('when they hung up, then every later question is ABORTED', async () => {
    const { fake, answer } = await asked();
    fake.hangUp();
    await expect(answer).rejects.toThrow(expect.objectContaining({ code: 'ABORTED' }));
    await expect(fake.terminal.ask('again: ')).rejects.toThrow(expect.objectContaining({ code: 'ABORTED' }));
  });
});

describe('given something that is shown briefly', () => {
  test.each([
    { key: 'Enter', typed: '\r' },
    { key: 'Ctrl-C', typed: '\u0003' },
  ])('when $key is pressed, then it stood on a screen of its own, which is cleared', async ({ typed }) => {
    const fake = new FakeTerminal();
    const shown = fake.terminal.showBriefly(['a secret'], 'Enter: ').catch((error: unknown) => error);
    await fake.answer(/Enter: $/, typed);
    expect((await shown) instanceof Interrupted).toBe(typed === '\u0003');
    expect(fake.shown).toBe('\u001B[?1049h\u001B[2J\u001B[Ha secret\n\u001B[?2004hEnter: \u001B[?2004l\n\u001B[?2004l\u001B[2J\u001B[H\u001B[?1049l');
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)('when %s ends the process meanwhile, then it is cleared before', async (signal) => {
    const fake = new FakeTerminal();
    const listening = process.listenerCount(signal);
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    onTestFinished(() => exit.mockRestore());
    const shown = fake.terminal.showBriefly(['a secret'], 'Enter: ');
    await fake.sees(/Enter: $/);
    process.emit(signal, signal);
    expect([exit.mock.calls, fake.shown.endsWith('\u001B[2J\u001B[H\u001B[?1049l')]).toEqual([[[143]], true]);
    fake.type('\r');
    await shown;
    expect(process.listenerCount(signal)).toBe(listening);
  });
});

describe('given somebody who chooses a password', () => {
  test('when they type it twice, then it is the one', async () => {
    const fake = new FakeTerminal();
    const chosen = choosePassword(fake.terminal);
    await fake.answer(/new password.*: $/, `${SECRET}\r`);
    await fake.answer(/again: $/, `${SECRET}\r`);
    expect(await chosen).toBe(SECRET);
    expect(fake.shown).not.toContain(SECRET);
  });

  test('when they type none, or two different ones, then they are asked again', async () => {
    const fake = new FakeTerminal();
    const chosen = choosePassword(fake.terminal);
    await fake.answer(/new password.*: $/, '\r');
    await fake.sees(/at least one character/);
    await fake.answer(/new password.*: $/, `${SECRET}\r`);
    await fake.answer(/again: $/, `${SECRET}!\r`);
    await fake.sees(/two different ones/);
    await fake.answer(/new password.*: $/, `${SECRET}\r`);
    await fake.answer(/again: $/, `${SECRET}\r`);
    expect(await chosen).toBe(SECRET);
  });

  test('when they mistype it three times, then it is INVALID_INPUT, and neither is told', async () => {
    const fake = new FakeTerminal();
    const chosen = choosePassword(fake.terminal).catch((error: unknown) => error);
    for (let tries = 3; tries > 0; tries--) {
      await fake.answer(/new password.*: $/, `${SECRET}\r`);
      await fake.answer(/again: $/, 'canary\r');
    }
    const error = await chosen;
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(`${String(error)}${JSON.stringify(error)}${fake.shown}`).not.toMatch(/canary|Tr0ub/);
  });
});
