import { afterEach, expect, it, vi } from 'vitest';
import { openBroadcast } from '../../../actors/entries/broadcast.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('given a platform that forbids channels, or has none, then there is none, and nothing throws', () => {
  const forbidden = vi.fn<() => void>(function forbid() {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  for (const constructor of [forbidden, undefined]) {
    vi.stubGlobal('BroadcastChannel', constructor);
    expect(openBroadcast('a channel', () => expect.unreachable())).toBeUndefined();
  }
  expect(forbidden).toHaveBeenCalledTimes(1);
});

it('given a platform that has channels, then what one posts the others hear, and none that was closed', async () => {
  const said: unknown[] = [];
  const closed = openBroadcast('a channel of this test', () => expect.unreachable());
  closed?.close();
  const other = openBroadcast('a channel of this test', () => expect.unreachable());
  await new Promise<void>((heard) => {
    const one = openBroadcast('a channel of this test', (message) => {
      said.push(message);
      one?.close();
      heard();
    });
    other?.post({ some: 'thing' });
  });
  expect(said).toEqual([{ some: 'thing' }]);
  other?.close();
});
