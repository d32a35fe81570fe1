import { storageNamed } from '#storage';
import { makeEntriesActor } from '../actors/entries/actor.ts';
import { makePortalActor } from '../actors/portal/actor.ts';
import { makeVerifierActor } from '../actors/verifier/actor.ts';
import { SERVICES_VERSION } from '../actors/version.ts';
import { realWorld } from '../actors/world.ts';
import { bootActor } from './link/index.ts';
import type { ActorInputs } from './runtime/hosting.ts';

/** The worker that plays whichever part it is started for: one file where the three of `actors/` are too many. */
bootActor(
  {
    portal: (input: ActorInputs['portal']) => makePortalActor(realWorld, input),
    entries: (input: ActorInputs['entries']) => makeEntriesActor(realWorld, storageNamed(input.storage), input),
    verifier: () => makeVerifierActor(realWorld),
  },
  { version: SERVICES_VERSION },
);
