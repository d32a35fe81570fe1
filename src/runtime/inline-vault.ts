import { openVaultPlace } from '#vault-place';
import { openOsKeyring } from '#os-keyring';
import { makeVaultActor } from '../../actors/vault/actor.ts';
import type { ActorWorld } from '../../actors/world.ts';
import { stretch } from '../keyring/vault/index.ts';
import { inlineChannel } from '../link/index.ts';
import type { ActorInputs } from './hosting.ts';
import type { StorageAdapter } from '../storage/index.ts';

/** The vault actor in this thread. Loaded when a vault is first used: it is as large as all the others together. */
export const makeInlineVault = ({ clock, scheduler }: ActorWorld, storage: StorageAdapter | undefined, input: ActorInputs['vault']) =>
  makeVaultActor({ clock, kdf: stretch, openPlace: () => openVaultPlace(input.storage, storage, clock), osKeyring: openOsKeyring(), channel: () => inlineChannel(scheduler) }, input);
