import { afterAll, beforeAll, vi } from 'vitest';

/** XState warns in the console of an event after the end; that it is ignored is what these tests are about. */
export function expectWarningsAfterTheEnd(): void {
  beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());
}
