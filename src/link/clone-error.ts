import { fromWire, RegistryError } from '../error.ts';

/**
 * The error of a caller whose input could not be posted. Posting throws a DataCloneError for what cannot be cloned, a TypeError for what cannot be transferred;
 * anything else was thrown by the input itself.
 */
export function sendingError(error: unknown): Error {
  if (!(error instanceof Error)) return fromWire(undefined);
  if (error.name !== 'DataCloneError' && error.name !== 'TypeError') return error;
  return new RegistryError('INVALID_INPUT', 'input must be what can cross a thread', { field: 'input', cause: error });
}

/**
 * A copy of an input that will be posted later.
 * @throws RegistryError `INVALID_INPUT`, or what the input itself throws
 */
export function cloned<T>(input: T): T {
  try {
    return structuredClone(input);
  } catch (error) {
    throw sendingError(error);
  }
}
