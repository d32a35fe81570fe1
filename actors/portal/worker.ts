import { bootActor } from '../../src/link/index.ts';
import { SERVICES_VERSION } from '../version.ts';
import { realWorld } from '../world.ts';
import { makePortalActor, type PortalActorInput } from './actor.ts';

/** The worker of the portal actor. */
bootActor({ portal: (input: PortalActorInput) => makePortalActor(realWorld, input) }, { version: SERVICES_VERSION });
