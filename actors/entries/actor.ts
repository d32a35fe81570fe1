import { Observable } from 'rxjs';
import { Caller, conflate, defineActor, serve } from '../../src/link/index.ts';
import type { PublicEntriesEvent } from '../../machines/entries.ts';
import { takeSignedEntry } from '../../src/registry/index.ts';
import type { StorageAdapter } from '../../src/storage/index.ts';
import type { Feed } from '../feed.ts';
import type { PortalService } from '../portal/service.ts';
import type { FindingsService, VerdictService } from '../verifier/service.ts';
import { EntriesHost, type EntriesActorInput } from './host.ts';
import { entriesLogic } from './logic.ts';
import type { EntriesService } from './service.ts';
import { Updating } from './updating.ts';
import type { EntriesWorld } from './world.ts';

export type { EntriesActorInput } from './host.ts';

const PUBLIC_EVENTS: readonly PublicEntriesEvent['type'][] = ['RELEASE'];

/** The entries actor: what is known of entries, who wants to know, and floors that never go down. */
export function makeEntriesActor(world: EntriesWorld, storage: StorageAdapter | undefined, input: EntriesActorInput) {
  const host = new EntriesHost(world, storage, input);
  const verifiers = new Set<string>();
  const updating = host.addPart((...parts) => new Updating(...parts));
  const { updates, answers, incidents } = host.feeds;
  const service: EntriesService = {
    ...host.service,
    calls: {
      ...host.service.calls,
      turn: (request, { signal }) => updating.turn(request, signal),
      endTurn: ({ update }) => updating.endTurn(update),
      base: (request, { signal }) => updating.base(request, signal),
      swap: ({ entry, replaces, ...rest }, { signal }) => updating.swap({ ...rest, entry: takeSignedEntry(entry), replaces: replaces && takeSignedEntry(replaces) }, signal),
    },
    streams: {
      updates: () => conflate(streamOf(updates), ({ name }) => name),
      answers: () => streamOf(answers),
      incidents: () => streamOf(incidents),
    },
  };
  const definition = defineActor({
    name: 'entries',
    logic: entriesLogic(host),
    publicEvents: PUBLIC_EVENTS,
    service(actor) {
      host.attach(actor);
      return service;
    },
    onPort(name, port) {
      if (name === 'portal') return host.connectPortal(new Caller<PortalService>(port, { clock: world.clock, deadline: Infinity }));
      const findings: FindingsService = {
        ...host.findings,
        calls: { verdicts: (offered) => host.connectVerifier(name, new Caller<VerdictService>(offered, { clock: world.clock, deadline: Infinity })) },
      };
      serve(port, findings);
      if (verifiers.has(name)) host.renew();
      verifiers.add(name);
    },
  });
  return { definition, input: undefined };
}

const streamOf = <T>(feed: Pick<Feed<T>, 'subscribe'>): Observable<T> =>
  new Observable((subscriber) => feed.subscribe((value) => subscriber.next(value), () => subscriber.complete()));
