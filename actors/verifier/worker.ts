import { bootActor, eventLoop } from '../../src/link/index.ts';
import { realClock } from '../../src/world.ts';
import { SERVICES_VERSION } from '../version.ts';
import { makeVerifierActor } from './actor.ts';

/** The worker of a verifier. */
bootActor({ verifier: () => makeVerifierActor({ clock: realClock, scheduler: eventLoop }) }, { version: SERVICES_VERSION });
