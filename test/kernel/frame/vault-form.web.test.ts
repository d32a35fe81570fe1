import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RegistryError, type VaultHandle, type VaultState } from '../../../src/index.ts';
import { VaultForm } from '../../../src/kernel/frame/vault-form.ts';
import { mnemonicToKeyData } from '../../../src/keyring.ts';

/** A form for a vault that is a test's. */
function openForm(state: VaultState, recover: () => Promise<unknown> = () => Promise.resolve()) {
  const state$ = new BehaviorSubject(state);
  const asked: (readonly [method: string, given: unknown])[] = [];
  const act = (method: string, done: () => Promise<unknown>) => (given: unknown) => {
    asked.push([method, given]);
    return done();
  };
  const vault = { state$, recover: act('recover', recover), create: act('create', () => Promise.resolve()), unlock: act('unlock', () => Promise.resolve()) };
  let changes = 0;
  const form = new VaultForm(vault as unknown as VaultHandle, () => changes++);
  const field = (selector: string): HTMLInputElement => form.root.querySelector<HTMLInputElement>(selector) ?? expect.fail(`no ${selector}`);
  return {
    form,
    state$,
    asked,
    changes: () => changes,
    password: () => field('input[type=password]'),
    words: () => field('textarea'),
    open: (signal = new AbortController().signal) => form.open(signal).then(() => 'opened', (error: unknown) => error as RegistryError),
  };
}

describe('given a vault without keys', () => {
  it('when the user opens it with a password alone, then the words for new keys are shown first, and no error has them; the keys are made of them when the user goes on', async () => {
    const { open, password, words, asked } = openForm('empty');
    password().value = 'a password';
    const first = await open();
    expect(first).toEqual(expect.objectContaining({ code: 'LOCKED' }));
    const mnemonic = words().value;
    expect(() => mnemonicToKeyData(mnemonic)).not.toThrow();
    expect(JSON.stringify([first, (first as Error).message, (first as Error).stack])).not.toContain(mnemonic.split(' ').slice(0, 3).join(' '));
    expect(asked).toEqual([]);
    expect(await open()).toBe('opened');
    expect(asked).toEqual([['recover', { mnemonic, password: 'a password' }]]);
    expect([password().value, words().value]).toEqual(['', '']);
  });

  it('when whoever asked is gone by then, then no words are left behind', async () => {
    const { open, words, asked } = openForm('empty');
    expect(await open(AbortSignal.abort())).toEqual(expect.objectContaining({ code: 'LOCKED' }));
    expect([words().value, asked]).toEqual(['', []]);
  });

  it('when the keys cannot be made of the words, then the same words stay, and the password does not', async () => {
    const { open, password, words } = openForm('empty', () => Promise.reject(new RegistryError('INVALID_INPUT', 'no')));
    await open();
    const mnemonic = words().value;
    password().value = 'x';
    expect(await open()).toEqual(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect([password().value, words().value]).toEqual(['', mnemonic]);
  });

  it('when the user has words, then the keys are brought back with those', async () => {
    const { open, password, words, asked } = openForm('empty');
    password().value = 'a password';
    words().value = '  one two\n three ';
    expect(await open()).toBe('opened');
    expect(asked).toEqual([['recover', { mnemonic: 'one two three', password: 'a password' }]]);
  });
});

it('given a vault that is locked, when the user opens it, then with the password, which is taken out of its field', async () => {
  const { open, password, asked } = openForm('locked');
  password().value = 'a password';
  expect(await open()).toBe('opened');
  expect([asked, password().value]).toEqual([[['unlock', { password: 'a password' }]], '']);
});

it('given a vault that is open, or cannot be reached, then nothing is asked of it', async () => {
  const { open, state$, asked, form, changes } = openForm('unlocked');
  expect(await open()).toBe('opened');
  state$.next('unavailable');
  expect(await open()).toEqual(expect.objectContaining({ code: 'STORAGE' }));
  expect([asked, changes()]).toEqual([[], 2]);
  form.close();
});
