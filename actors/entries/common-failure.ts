import { RegistryError, type ErrorCode, type RegistryErrorDetails } from '../../src/error.ts';

/** What is worth telling by its own code if all portals say it: something can be done about it that waiting does not do. */
const TELLING: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'THROTTLED', 'TIMEOUT', 'TOO_LARGE']);

/** Why no portal gave an answer: what all of them failed with, if it is one thing; else `UNREACHABLE`, with the first failure as its cause. */
export function commonFailure(errors: readonly Error[], message: string, details: RegistryErrorDetails = {}): RegistryError {
  const [first] = errors;
  const isCommon = first instanceof RegistryError && TELLING.has(first.code) && errors.every((error) => error instanceof RegistryError && error.code === first.code);
  if (!isCommon) return new RegistryError('UNREACHABLE', message, { cause: first, ...details });
  return new RegistryError(first.code, first.message, { portal: first.portal, cause: first, ...details, hint: first.hint ?? details.hint });
}
