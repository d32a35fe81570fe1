import type { PublicPortalEvent } from '../../machines/portal.ts';
import { Caller, conflate, defineActor, serve } from '../../src/link/index.ts';
import type { VerifierService } from '../verifier/service.ts';
import type { ActorWorld } from '../world.ts';
import { checkOverSocket } from './check-over-socket.ts';
import { PortalHost } from './host.ts';
import { portalInput, portalLogic, type PortalActorInput } from './logic.ts';
import { recordsOf } from './records.ts';

export type { PortalActorInput } from './logic.ts';

const PUBLIC_EVENTS: readonly PublicPortalEvent['type'][] = ['RETRY_NOW', 'SWITCH_TO'];

/** The portal actor: one live connection, questions and writes over HTTP, and every word of a portal's passed on for a verdict. */
export function makePortalActor(world: ActorWorld, input: PortalActorInput) {
  const host = new PortalHost(world, input.portals, input.policy);
  const definition = defineActor({
    name: 'portal',
    logic: portalLogic(world, host, input, checkOverSocket),
    publicEvents: PUBLIC_EVENTS,
    service(actor) {
      host.attach(actor);
      return { streams: { records: () => conflate(recordsOf(actor, world.clock)) } };
    },
    onPort(name, port) {
      if (name === 'entries') {
        host.reset();
        serve(port, host.service);
        return;
      }
      host.addVerifier(Number(name.slice('verifier.'.length)), new Caller<VerifierService>(port, { clock: world.clock, deadline: Infinity }));
    },
  });
  return { definition, input: portalInput(input) };
}
