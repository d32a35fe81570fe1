import { bootActor } from '../../src/link/index.ts';
import { SERVICES_VERSION } from '../version.ts';
import { realWorld } from '../world.ts';
import { makeVerifierActor } from './actor.ts';

/** The worker of a verifier. */
bootActor({ verifier: () => makeVerifierActor(realWorld) }, { version: SERVICES_VERSION });
