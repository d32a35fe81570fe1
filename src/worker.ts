import { storageNamed } from '#storage';
import { makeEntriesActor } from '../actors/entries/actor.ts';
import { makePortalActor } from '../actors/portal/actor.ts';
import { makeVerifierActor } from '../actors/verifier/actor.ts';
import { realWorld } from '../actors/world.ts';
import { bootActor } from './link/index.ts';
import { SERVICES_VERSION, type ActorInputs } from './runtime/hosting.ts';

/** The worker: plays whichever part it is started for. */
bootActor(
  {
    portal: (input: ActorInputs['portal']) => makePortalActor(realWorld, input),
    entries: (input: ActorInputs['entries']) => makeEntriesActor(realWorld, storageNamed(input.storage), input),
    verifier: () => makeVerifierActor(realWorld),
  },
  { version: SERVICES_VERSION },
);
