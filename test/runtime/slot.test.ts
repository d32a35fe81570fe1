import { NEVER, of, Subject, throwError } from 'rxjs';
import { expect, it } from 'vitest';
import { RegistryError } from '../../src/error.ts';
import { Slot, type LinkTo } from '../../src/runtime/slot.ts';

/** What tells one actor of a test from the next. */
const link = (): LinkTo<'verifier'> => ({}) as LinkTo<'verifier'>;

it.each(['WORKER_GONE', 'CLOSED'] as const)('a stream that ends with %s goes on with the next actor', (code) => {
  const slot = new Slot('verifier');
  const seen: string[] = [];
  const streams = [throwError(() => new RegistryError(code, 'gone')), of('next')];
  slot.stream(() => streams.shift() ?? NEVER).subscribe((value) => seen.push(value));
  slot.fill(link());
  slot.vacate(new RegistryError('WORKER_GONE', 'gone'));
  slot.fill(link());
  expect(seen).toEqual(['next']);
});

it('a stream tells a reader that it fell behind', () => {
  const slot = new Slot('verifier');
  const errors: unknown[] = [];
  slot.stream(() => throwError(() => new RegistryError('THROTTLED', 'too slow'))).subscribe({ error: (error: unknown) => errors.push(error) });
  slot.fill(link());
  expect(errors).toMatchObject([{ code: 'THROTTLED' }]);
});

it('a stream goes on while the last actor is being stopped, and ends with it', () => {
  const slot = new Slot('verifier');
  const last = new Subject<string>();
  const seen: string[] = [];
  slot.stream(() => last).subscribe({ next: (value) => seen.push(value), complete: () => seen.push('complete') });
  slot.fill(link());
  slot.close();
  last.next('stopping');
  last.error(new RegistryError('CLOSED', 'stopped'));
  expect(seen).toEqual(['stopping', 'complete']);
});

it('a stream ends at once where nobody works in a place that is closed', () => {
  const slot = new Slot('verifier');
  const seen: string[] = [];
  const complete = (): void => void seen.push('complete');
  slot.stream(() => NEVER).subscribe({ complete });
  slot.close();
  slot.stream(() => NEVER).subscribe({ complete });
  expect(seen).toEqual(['complete', 'complete']);
});

it.each([
  { code: 'CLOSED', end: 'complete' },
  { code: 'WORKER_GONE', end: 'error' },
] as const)('a stream whose actor cannot be started ($code) tells $end', async ({ code, end }) => {
  const slot = new Slot('vault');
  const failure = new RegistryError(code, 'not started');
  const told = await new Promise((resolve) => {
    slot.stream(() => NEVER, () => Promise.reject(failure)).subscribe({ error: (error: unknown) => resolve(['error', error]), complete: () => resolve(['complete']) });
  });
  expect(told).toEqual(end === 'error' ? ['error', failure] : ['complete']);
});

it('who waits for an actor gets the next one, or is told that there will be none', async () => {
  const slot = new Slot('verifier');
  const [awaited, next] = [slot.alive(), link()];
  slot.fill(next);
  expect(await awaited).toBe(next);
  expect(await slot.alive()).toBe(next);
  slot.vacate(new RegistryError('WORKER_GONE', 'gone'));
  const vain = slot.alive().catch((error: unknown) => error);
  slot.close();
  expect(await vain).toMatchObject({ code: 'CLOSED' });
  await expect(slot.alive()).rejects.toMatchObject({ code: 'CLOSED' });
});
