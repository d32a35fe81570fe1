import { describe, expect, it } from 'vitest';
import type { SigningRequest } from '../../../src/kernel/frame/index.ts';
import { openDoor, settle } from './fixture.ts';

/** A door whose desk keeps what it is asked, and grants nothing. */
function openAsking() {
  const asked: SigningRequest[] = [];
  const door = openDoor({
    desk: {
      ask: (request) => {
        asked.push(request);
        return new Promise<never>(() => {});
      },
      manage: () => Promise.resolve(),
    },
  });
  return { ...door, asked };
}

describe('given a page that asks for keys of the vault', () => {
  it('when it names some, then the user is asked for those', async () => {
    const { call, asked } = openAsking();
    call('sign', { keys: ['developer', 'my-key_2'], purposes: ['message'] });
    await settle();
    expect(asked).toMatchObject([{ keys: ['developer', 'my-key_2'], purposes: ['message'] }]);
  });

  it.each([
    [['developer. This is a log-in, and signs nothing']],
    [['developer\nDeny allows it']],
    [['developer', '\u202Eyek']],
    [['']],
    [['a'.repeat(65)]],
    [['constructor']],
    [[7]],
    [[]],
    [Array.from({ length: 17 }, (_, i) => `key${i}`)],
    ['developer'],
    [undefined],
  ])('when it puts words of its own in place of names (%j), then the user does not see them', async (keys) => {
    const { call, asked, answers } = openAsking();
    call('sign', { keys, purposes: ['message'] });
    await settle();
    expect(asked).toEqual([]);
    expect(answers()).toMatchObject([{ data: { error: { code: 'INVALID_INPUT', field: 'keys' } }, err: null }]);
  });
});
