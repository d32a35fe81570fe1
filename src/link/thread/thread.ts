import type { RegistryError } from '../../error.ts';

/**
 * Where a thread's code comes from: a URL (in Node of a file), or a function that starts the platform's Worker itself, for bundlers, strict
 * content security policies, and scripts that have no URL.
 */
export type ThreadSource = URL | string | ((name: string) => StartedWorker);

/** A platform's own Worker. */
export interface StartedWorker {
  terminate(): unknown;
}

/** A worker that was started and not yet spoken to. */
export interface Thread {
  /** Resolves with the reason once the platform says that the thread ended, or failed. Never rejects. */
  readonly gone: Promise<RegistryError>;
  /** The first message the worker sends of itself. */
  readonly greeting: Promise<unknown>;
  post(message: unknown, port: MessagePort): void;
  /**
   * Takes the worker's lock for the sign that it died; a browser gives no other. Only once the worker holds it, or it would never get it.
   */
  watch(lock: string): void;
  terminate(): void;
}
