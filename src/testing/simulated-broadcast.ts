import type { OpenBroadcast } from '../world.ts';
import type { Chance } from './chance.ts';
import type { SimulatedClock } from './clock.ts';

/** How long a message is under way from one tab to another, in milliseconds: from, to. */
const UNDER_WAY = [0, 10] as const;

/** One who listens, and when the last message comes that is under way to it. */
interface Listener {
  readonly hear: (message: unknown) => void;
  heardBy: number;
}

/** Channels between those who share a storage, in simulated time: everybody hears what others post, in order, some time later. */
export function simulatedBroadcast(clock: SimulatedClock, chance: Chance): OpenBroadcast {
  const channels = new Map<string, Set<Listener>>();
  return (name, hear) => {
    const listeners = channels.get(name) ?? new Set();
    channels.set(name, listeners);
    const own: Listener = { hear, heardBy: 0 };
    listeners.add(own);
    return {
      post(message) {
        for (const listener of listeners) {
          if (listener === own) continue;
          // As between tabs: what is posted is a copy for each.
          const copy: unknown = structuredClone(message);
          listener.heardBy = Math.max(listener.heardBy, clock.elapsed() + chance.between(...UNDER_WAY));
          clock.setTimeout(() => {
            if (listeners.has(listener)) listener.hear(copy);
          }, listener.heardBy - clock.elapsed());
        }
      },
      close: () => void listeners.delete(own),
    };
  };
}
