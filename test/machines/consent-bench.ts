import { consentMachine, type ConsentEmitted } from '../../machines/consent.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { AlarmClock } from './alarm-clock.ts';
import { DEAD, hostMachine, type Seen } from './bench.ts';
import { INPUT, waitsOf, type ConsentHappening, type ConsentModel } from './consent-table.ts';

export interface ConsentSight {
  readonly actor: Seen;
  readonly told: readonly ConsentEmitted[];
  /** How long each timer was set for, the shortest first. */
  readonly waits: readonly number[];
}

const durationOf = (type: 'STEADY' | 'PATIENCE'): number => (type === 'STEADY' ? INPUT.steady : INPUT.patience);
const isTime = (event: ConsentHappening): event is { readonly type: 'STEADY' | 'PATIENCE' } => event.type === 'STEADY' || event.type === 'PATIENCE';

/** The consent machine on a port. */
export function openConsentBench() {
  const told: ConsentEmitted[] = [];
  const hosted = hostMachine(consentMachine, { input: INPUT, clock: new AlarmClock() });
  hosted.link.emitted$.subscribe({ next: (event) => told.push(event as ConsentEmitted), error: () => {} });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: ConsentHappening): Promise<void> {
      if (!isTime(event)) return hosted.send(event);
      hosted.clock.ring([durationOf(event.type)]);
    },
    isPossible: (event: ConsentHappening): boolean => !isTime(event) || hosted.clock.waits.includes(durationOf(event.type)),
    look: async (): Promise<ConsentSight> => ({ actor: await hosted.look(), told: [...told], waits: hosted.clock.waits }),
  } satisfies Bench<ConsentHappening, ConsentSight>;
}

/** What is to be seen of the machine where the oracle is right. */
export function showConsent(model: ConsentModel): ConsentSight {
  const { state, told } = model;
  const actor: Seen = state === 'dead' ? DEAD : { status: state.startsWith('pending.') ? 'active' : 'done', state, context: INPUT };
  return { actor, told, waits: waitsOf(model) };
}
