import type { Observable } from 'rxjs';
import { invalidInput } from '../error.ts';
import type { Transfer } from './port.ts';
import type { Conflated } from './stream/index.ts';

/**
 * What one side of a port answers to: named calls and named streams, each of one input, and named pipes.
 * Its type is all a {@link Connection} needs to be typed.
 */
export interface Service {
  readonly calls?: Readonly<Record<string, (input: never, call: CallContext) => unknown>>;
  readonly streams?: Readonly<Record<string, (input: never) => Observable<unknown> | Conflated<unknown>>>;
  /** Each takes in what comes through a pipe, some items at a time; where it answers a promise, they are taken in when that is settled. */
  readonly pipes?: Readonly<Record<string, (items: never) => unknown>>;
}

export interface CallContext {
  /** Aborts when the caller gave up (by a signal or a deadline), or is gone. */
  readonly signal: AbortSignal;
  /** Moves these along with the answer instead of copying them. */
  readonly transfer: (...items: Transfer[]) => void;
}

export type Calls<S extends Service> = S extends { readonly calls: infer C } ? C : object;
export type Pipes<S extends Service> = S extends { readonly pipes: infer P } ? P : object;
export type Streams<S extends Service> = S extends { readonly streams: infer C } ? C : object;

/** The input of a call or stream; `undefined` where it takes none. */
export type Input<F> = F extends (...args: infer A) => unknown ? A[0] : never;
export type Output<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;
/** What one message of a pipe carries many of. */
export type Item<F> = F extends (items: readonly (infer T)[]) => unknown ? T : never;
export type Streamed<F> = F extends (...args: never[]) => Observable<infer T> | Conflated<infer T> ? T : never;

/** What every request carries as Comlink's one argument. */
export interface Request {
  /** Unique per connection; `$abort` names it. */
  readonly call: number;
  readonly input: unknown;
}
/** What every answer is: a value, or an error as data. */
export type Answer = { readonly value: unknown } | { readonly error: unknown };

/** The link's own methods. Services cannot take names that begin with `$`. */
export const ABORT = '$abort';
export const OPEN = '$open';

/** Comlink's Remote gives these names a meaning of its own. */
const COMLINK_NAMES: ReadonlySet<string> = new Set(['then', 'bind']);

export const isCallName = (name: string): boolean => name !== '' && !name.startsWith('$') && !COMLINK_NAMES.has(name);

export function assertCallNames(names: readonly string[]): void {
  const reserved = names.find((name) => !isCallName(name));
  if (reserved !== undefined) throw invalidInput(`service.${reserved}`, 'called something else: this name is reserved');
}
