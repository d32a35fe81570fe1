import { describe, expect, test } from 'vitest';
import { DEPLOYMENT_PROMPTS } from '../../../src/cli/module/prompts.ts';
import { FakeTerminal } from '../fake-terminal.ts';

const NOTICE =
  '\nNo production entry found for module. Creating new production module...\nIf someone can guess the password, they can push arbitrary changes to your module.\nPlease use a secure password.\n\n';

describe('given somebody at a terminal', () => {
  test('when the module has a link, then they are asked for its password once, and it is not shown', async () => {
    const fake = new FakeTerminal();
    const asked = DEPLOYMENT_PROMPTS.known(fake.terminal);
    await fake.answer(/Password: $/, 'canary\r');
    expect(await asked).toBe('canary');
    expect(fake.shown).not.toContain('canary');
    expect(fake.shown).not.toContain('production');
  });

  test('when it has none, then they are told what a password is worth, and asked twice', async () => {
    const fake = new FakeTerminal();
    const asked = DEPLOYMENT_PROMPTS.chosen(fake.terminal);
    await fake.answer(/Password: $/, 'canary\r');
    await fake.answer(/Confirm Password: $/, 'canary\r');
    expect(await asked).toBe('canary');
    expect(fake.shown).toContain(NOTICE);
    expect(fake.shown).not.toContain('canary');
  });

  test('when they type two, then that is told, without either', async () => {
    const fake = new FakeTerminal();
    const asked = DEPLOYMENT_PROMPTS.chosen(fake.terminal).catch((error: unknown) => error);
    await fake.answer(/Password: $/, 'canary\r');
    await fake.answer(/Confirm Password: $/, 'canaries\r');
    expect(await asked).toMatchObject({ code: 'INVALID_INPUT', message: 'passwords do not match' });
    expect(fake.shown).not.toContain('canar');
  });

  test('when they type none, then they are asked for nothing more', async () => {
    const fake = new FakeTerminal();
    const asked = DEPLOYMENT_PROMPTS.chosen(fake.terminal).catch((error: unknown) => error);
    await fake.answer(/Password: $/, '\r');
    expect(await asked).toMatchObject({ code: 'INVALID_INPUT', message: 'a password has at least one character' });
  });
});
