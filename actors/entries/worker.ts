import { storageNamed } from '#storage';
import { bootActor, eventLoop } from '../../src/link/index.ts';
import { realClock } from '../../src/world.ts';
import { SERVICES_VERSION } from '../version.ts';
import { makeEntriesActor, type EntriesActorInput } from './actor.ts';
import { openBroadcast } from './broadcast.ts';

type EntriesWorkerInput = EntriesActorInput & { readonly storage: Parameters<typeof storageNamed>[0] };

/** The worker of the entries actor. */
bootActor(
  { entries: (input: EntriesWorkerInput) => makeEntriesActor({ clock: realClock, scheduler: eventLoop, random: Math.random, openBroadcast }, storageNamed(input.storage), input) },
  { version: SERVICES_VERSION },
);
