import { storageNamed } from '#storage';
import { bootActor } from '../../src/link/index.ts';
import { SERVICES_VERSION } from '../version.ts';
import { realWorld } from '../world.ts';
import { makeEntriesActor, type EntriesActorInput } from './actor.ts';

type EntriesWorkerInput = EntriesActorInput & { readonly storage: Parameters<typeof storageNamed>[0] };

/** The worker of the entries actor. */
bootActor({ entries: (input: EntriesWorkerInput) => makeEntriesActor(realWorld, storageNamed(input.storage), input) }, { version: SERVICES_VERSION });
