import { NEVER, of, throwError } from 'rxjs';
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
