import type { PublicEntriesEvent } from '../../machines/entries.ts';
import { Caller, defineActor, serve, type InspectionEvent } from '../../src/link/index.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { Leases, type StorageAdapter } from '../../src/storage/index.ts';
import type { PortalService } from '../portal/service.ts';
import type { FindingsService, VerdictService } from '../verifier/service.ts';
import { entriesService } from './entries-service.ts';
import { EntriesHost, type EntriesActorInput } from './host.ts';
import { entriesLogic } from './logic.ts';
import { MemoryFloors } from './memory-floors.ts';
import { openSharedFloors } from './opened-floors.ts';
import { FullOversight } from './oversight.ts';
import { Updating } from './updating.ts';
import { Verdicts } from './verdicts.ts';
import type { EntriesWorld } from './world.ts';

export type { EntriesActorInput } from './host.ts';

const PUBLIC_EVENTS: readonly PublicEntriesEvent['type'][] = ['RELEASE'];

/** Of findings, how many there are: what they say the actors of their entries are told, one by one. */
const withoutFindings = (event: InspectionEvent): InspectionEvent =>
  event.type !== '@xstate.actor' && event.event.type === 'FINDINGS' ? { ...event, event: { type: 'FINDINGS', findings: (event.event as { findings?: ArrayLike<unknown> }).findings?.length } as never } : event;

/** The entries actor: what is known of entries, who wants to know, and floors that never go down. */
export function makeEntriesActor(world: EntriesWorld, storage: StorageAdapter | undefined, input: EntriesActorInput) {
  const { policy } = input;
  const verdicts = new Verdicts();
  const host = new EntriesHost(world, input, {
    verify: (entry) => verdicts.verify(entry),
    openFloors: (owner) => (storage === undefined ? new MemoryFloors(world.clock, policy.maxFloors) : openSharedFloors(storage, world, policy, owner)),
    oversee: (overseen) => new FullOversight(overseen),
  });
  const leases = async (owner: Bytes): Promise<Leases | undefined> => {
    const session = await host.floors.session();
    return session && new Leases(session, world.clock, owner);
  };
  const updating = new Updating(host.world, host.table, host.writing, leases);
  host.addPart(updating);
  const service = entriesService(host, updating);
  const verifiers = new Set<string>();
  const definition = defineActor({
    name: 'entries',
    logic: entriesLogic(host),
    publicEvents: PUBLIC_EVENTS,
    redact: withoutFindings,
    service(actor) {
      host.attach(actor);
      return service;
    },
    onPort(name, port) {
      if (name === 'portal') return host.connectPortal(new Caller<PortalService>(port, { clock: world.clock, deadline: Infinity }));
      const findings: FindingsService = {
        ...host.findings,
        calls: { verdicts: (offered) => verdicts.connect(name, new Caller<VerdictService>(offered, { clock: world.clock, deadline: Infinity })) },
      };
      serve(port, findings);
      if (verifiers.has(name)) host.renew();
      verifiers.add(name);
    },
  });
  return { definition, input: undefined };
}
