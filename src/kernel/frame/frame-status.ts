import type { KernelAuthStatus } from '../protocol.ts';
import type { Addressee } from './door.ts';

/** Who is told how far the frame is: the window around it, by its origin; whoever it is, where the browser does not tell; undefined where it is a page of its own. */
export const statusTarget = (ancestors: readonly string[] | undefined): string | undefined => (ancestors ?? ['*'])[0];

/**
 * Tells the window around the frame how far that is, unasked, as programs for a kernel expect: nobody logs in here, so nobody has to wait for it.
 * @param target an origin, or `*`, to whom a failure is told without what it may quote of the configuration; an opaque origin cannot be addressed
 * @param kernelLoaded `not yet`, `success`, or `CODE: message`
 */
export function tellStatus(window: { readonly parent: Addressee }, target: string | undefined, kernelLoaded: string): void {
  if (window.parent === (window as unknown) || target === undefined || target === 'null') return;
  const told = target === '*' ? kernelLoaded.replace(/:[^]*/, ': the frame could not start') : kernelLoaded;
  const status: KernelAuthStatus = { method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded: told, logoutComplete: false } };
  window.parent.postMessage(status, target);
}
