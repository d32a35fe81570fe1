import { fromPromise } from 'xstate';
import type { AskOutcome, PortalAddress } from './registry-client.ts';
import type { SubscriptionWorld } from './subscription.ts';

export interface CheckWorld extends SubscriptionWorld {
  /** For a socket to open, and for a word of a slice, in milliseconds. */
  readonly patience: number;
  /** Entries a second over HTTP. */
  readonly checkRate: number;
  readonly ask: (portal: PortalAddress, name: string, signal: AbortSignal) => Promise<AskOutcome>;
}

export interface CheckTask {
  readonly world: CheckWorld;
  readonly portal: PortalAddress;
  /** In the order in which they are asked for. */
  readonly names: readonly string[];
  /** Told how many of them were checked. */
  readonly advance: (checked: number) => void;
}

/** Asks over a socket of its own; answers whether the portal answered anything there. */
export type CheckOverSocket = (task: CheckTask, signal: AbortSignal) => Promise<boolean>;

/**
 * The check of the portal machine: everything that is wanted is asked of one portal, in slices over a socket of its own. One that takes no socket, or answers
 * nothing there, is asked over HTTP, slowly, and from where the last check of it ended.
 */
export function portalCheck(world: CheckWorld, overSocket: CheckOverSocket) {
  const cursors = new Map<string, number>();
  return fromPromise<void, { readonly url: string }>(async ({ input: { url }, signal }) => {
    const portal = world.addressOf(url);
    const all = Array.from(world.wanted, ({ name }) => name);
    if (all.length === 0) return;
    // It may have been too much for the time that there was.
    const first = (cursors.get(url) ?? 0) % all.length;
    const names = [...all.slice(first), ...all.slice(0, first)];
    const advance = (checked: number): void => void cursors.set(url, (first + checked) % all.length);
    if (await overSocket({ world, portal, names, advance }, signal)) return;
    for (const [asked, name] of names.entries()) {
      if (signal.aborted) return;
      advance(asked + 1);
      if (world.wanted.find(name) !== undefined && !(await isAnsweredOverHttp(world, portal, name, signal))) return;
      await pause(world, 1_000 / world.checkRate, signal);
    }
  });
}

/** A portal that does not answer now is checked again in its turn. */
async function isAnsweredOverHttp(world: CheckWorld, portal: PortalAddress, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    const outcome = await world.ask(portal, name, signal);
    const word = { portal: portal.url, origin: { isCheck: true }, name, at: world.clock.now() } as const;
    world.report(outcome.kind === 'claim' ? { ...word, kind: 'claim', claim: outcome.claim } : { ...word, kind: 'missing' });
    return true;
  } catch {
    return false;
  }
}

function pause(world: CheckWorld, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      world.clock.clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = world.clock.setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
