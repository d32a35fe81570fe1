import { expect, it } from 'vitest';
import { Gate } from '../../../actors/portal/gate.ts';
import { deferred, turn } from '../../link/fixture/clock.ts';

const never = new AbortController().signal;

it('lets so many through at a time, the others in order, and goes on after one that failed', async () => {
  const gate = new Gate(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => deferred<'done' | 'failed'>());
  const passing = ends.map(({ promise }, i) =>
    gate
      .pass(never, async () => {
        begun.push(i);
        if ((await promise) === 'failed') throw new Error('failed');
        return 'done';
      })
      .catch((error: Error) => error.message),
  );
  await turn();
  expect(begun).toEqual([0, 1]);
  ends[1]!.resolve('failed');
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!.resolve('done');
  await turn();
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[2]!.resolve('done');
  ends[3]!.resolve('done');
  expect(await Promise.all(passing)).toEqual(['done', 'failed', 'done', 'done']);
  expect(await gate.pass(never, () => Promise.resolve('free again'))).toBe('free again');
});

it('is left by whoever waits no longer, and keeps the places of the others', async () => {
  const gate = new Gate(1);
  const first = deferred<void>();
  const passing = gate.pass(never, () => first.promise);
  const impatient = new AbortController();
  const left = gate.pass(impatient.signal, () => Promise.resolve('too late'));
  const patient = gate.pass(never, () => Promise.resolve('in time'));
  impatient.abort();
  await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
  first.resolve();
  await passing;
  expect(await patient).toBe('in time');
});
