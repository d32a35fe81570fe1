import { fromPromise } from 'xstate';
import { entriesMachine, type PublicEntriesEvent } from '../../machines/entries.ts';
import { Caller, defineActor, serve } from '../../src/link/index.ts';
import type { Policy } from '../../src/policy.ts';
import type { StorageAdapter } from '../../src/storage/index.ts';
import type { PortalService } from '../portal/service.ts';
import type { Finding } from '../report.ts';
import { EntriesHost } from './host.ts';
import type { EntriesWorld } from './world.ts';

/** What the entries actor is started with. */
export interface EntriesActorInput {
  readonly policy: Policy;
  /** URLs of all portals, in order of preference. */
  readonly portals: readonly string[];
  /** How many entries actors there were before this one: inquiries are numbered across them. */
  readonly predecessors: number;
}

const PUBLIC_EVENTS: readonly PublicEntriesEvent['type'][] = ['RELEASE'];

/** The entries actor: what is known of entries, who wants to know, and floors that never go down. */
export function makeEntriesActor(world: EntriesWorld, storage: StorageAdapter | undefined, input: EntriesActorInput) {
  const host = new EntriesHost(world, storage, input);
  const verifiers = new Set<string>();
  const definition = defineActor({
    name: 'entries',
    logic: entriesMachine.provide({
      actors: { table: fromPromise<never>(() => host.failed), drain: fromPromise<void>(() => host.drain()) },
      actions: {
        absorb: ({ event }) => {
          if (event.type === 'FINDINGS') host.absorb(event.findings as readonly Finding[]);
        },
        sweep: () => host.sweep(),
        release: ({ event }) => {
          if (event.type === 'RELEASE') host.release(event);
        },
        refuse: () => host.refuse(),
      },
    }),
    publicEvents: PUBLIC_EVENTS,
    service(actor) {
      host.attach(actor);
      return host.service;
    },
    onPort(name, port) {
      if (name === 'portal') return host.connectPortal(new Caller<PortalService>(port, { clock: world.clock, deadline: Infinity }));
      serve(port, host.findingsService(name));
      if (verifiers.has(name)) host.renew();
      verifiers.add(name);
    },
  });
  return { definition, input: undefined };
}
