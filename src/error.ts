import type { SignedEntry } from './registry/entry.ts';

/**
 * What went wrong, for a program to branch on. The README's table says who throws each and what to do.
 */
export const ERROR_CODES = [
  'INVALID_INPUT',
  'BAD_SIGNATURE',
  'CONFLICT',
  'REJECTED',
  'UNREACHABLE',
  'TIMEOUT',
  'UNCONFIRMED',
  'STALE',
  'TOO_LARGE',
  'REVISION_LIMIT',
  'STORAGE',
  'LOCKED',
  'WRONG_PASSWORD',
  'THROTTLED',
  'UNKNOWN_KEY',
  'FORBIDDEN',
  'ABORTED',
  'CLOSED',
  'WORKER_GONE',
  'UNSUPPORTED',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The codes after which the same call may succeed unchanged. */
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(['UNREACHABLE', 'TIMEOUT', 'UNCONFIRMED', 'STALE', 'STORAGE', 'THROTTLED', 'WORKER_GONE']);

export interface RegistryErrorDetails {
  /** Whether the same call may succeed unchanged; follows the code unless said otherwise. */
  readonly retryable?: boolean | undefined;
  /** The name of the argument at fault, as a path: `entry.data`. */
  readonly field?: string | undefined;
  /** The URL of the portal concerned. */
  readonly portal?: string | undefined;
  /** The newest verified entry, where the caller needs it to go on. */
  readonly current?: SignedEntry | undefined;
  /** What to do about it, in one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A failure as a value: a code for programs, a sentence for people, and what is needed to go on.
 * Messages never hold secrets, and never quote what a portal or a caller sent.
 */
export class RegistryError extends Error {
  override readonly name: `RegistryError:${ErrorCode}`;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  declare readonly field?: string;
  declare readonly portal?: string;
  declare readonly current?: SignedEntry;
  declare readonly hint?: string;

  constructor(code: ErrorCode, message: string, details: RegistryErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = `RegistryError:${code}`;
    this.code = code;
    this.retryable = details.retryable ?? RETRYABLE.has(code);
    if (details.field !== undefined) this.field = details.field;
    if (details.portal !== undefined) this.portal = details.portal;
    if (details.current !== undefined) this.current = details.current;
    if (details.hint !== undefined) this.hint = details.hint;
  }
}

/** `INVALID_INPUT` naming the argument at fault. `expected` completes the sentence "… must be …". */
export function invalidInput(field: string, expected: string): RegistryError {
  return new RegistryError('INVALID_INPUT', `${field} must be ${expected}`, { field });
}

/** `ABORTED`, by the caller's signal. */
export const aborted = (cause?: unknown): RegistryError => new RegistryError('ABORTED', 'the call was aborted', { cause });

/** What comes after the end, or waits for somebody who will not come any more. */
export const closed = (): RegistryError => new RegistryError('CLOSED', 'this runtime was closed');

/** `TIMEOUT`, after so many milliseconds. */
export const timedOut = (milliseconds: number): RegistryError => new RegistryError('TIMEOUT', `no answer within ${milliseconds} ms`);

/** Whether it is an error of ours, with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly ErrorCode[]): error is RegistryError => error instanceof RegistryError && codes.includes(error.code);

/** An error as plain data, which structured clone carries whole: coded if it is one of ours, else its name and message. */
export type WireError = WireRegistryError | { readonly name: string; readonly message: string; readonly cause?: WireError };

interface WireRegistryError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly field?: string;
  readonly portal?: string;
  readonly current?: SignedEntry;
  readonly hint?: string;
  readonly cause?: WireError;
}

/** Longer chains of causes are cut; a cycle of causes would never end. */
const MAX_CAUSES = 4;

/**
 * Turns whatever was thrown into plain data for `postMessage`; {@link fromWire} turns it back. Stacks stay behind.
 * An abort of the platform's becomes `ABORTED`, its time-out `TIMEOUT`.
 */
export function toWire(error: unknown): WireError {
  try {
    return wireError(error, MAX_CAUSES);
  } catch {
    return { name: 'Error', message: UNREADABLE }; // getters of its own, or a proxy
  }
}

const UNREADABLE = 'an error that could not be read';

function wireError(error: unknown, causes: number): WireError {
  if (!(error instanceof Error)) return { name: 'Error', message: typeof error === 'string' ? error : 'a value that is no Error was thrown' };
  const cause = error.cause === undefined || causes === 0 ? {} : { cause: wireError(error.cause, causes - 1) };
  if (error instanceof RegistryError) {
    const { code, message, retryable, field, portal, current, hint } = error;
    return {
      code,
      message,
      retryable,
      ...(field === undefined ? {} : { field }),
      ...(portal === undefined ? {} : { portal }),
      ...(current === undefined ? {} : { current }),
      ...(hint === undefined ? {} : { hint }),
      ...cause,
    };
  }
  // Other code's errors hold what it put there; what is no text might not even be cloned.
  const name = text(error.name) ?? 'Error';
  const message = text(error.message) ?? UNREADABLE;
  if (name === 'AbortError') return { code: 'ABORTED', message, retryable: false, ...cause };
  if (name === 'TimeoutError') return { code: 'TIMEOUT', message, retryable: true, ...cause };
  return { name, message, ...cause };
}

/** The error that {@link toWire} was given: a `RegistryError` if it was coded, else a plain `Error`. Never throws. */
export function fromWire(value: unknown): Error {
  try {
    return errorFromWire(value, MAX_CAUSES);
  } catch {
    return new Error(UNREADABLE);
  }
}

function errorFromWire(value: unknown, causes: number): Error {
  if (typeof value !== 'object' || value === null) return new Error(UNREADABLE);
  const wire = value as Record<string, unknown>;
  const message = typeof wire['message'] === 'string' ? wire['message'] : UNREADABLE;
  const cause = wire['cause'] === undefined || causes === 0 ? undefined : errorFromWire(wire['cause'], causes - 1);
  if (!isErrorCode(wire['code'])) {
    const error = new Error(message, cause && { cause });
    if (typeof wire['name'] === 'string') error.name = wire['name'];
    return error;
  }
  return new RegistryError(wire['code'], message, {
    retryable: typeof wire['retryable'] === 'boolean' ? wire['retryable'] : undefined,
    field: text(wire['field']),
    portal: text(wire['portal']),
    current: wire['current'] as SignedEntry | undefined,
    hint: text(wire['hint']),
    cause,
  });
}

const isErrorCode = (value: unknown): value is ErrorCode => (ERROR_CODES as readonly unknown[]).includes(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
