import { openOsKeyring } from '#os-keyring';
import { openVaultPlace } from '#vault-place';
import { bootActor, messageChannel } from '../../src/link/index.ts';
import { realClock } from '../../src/world.ts';
import { SERVICES_VERSION } from '../version.ts';
import { makeVaultActor, type VaultActorInput } from './actor.ts';
import { openKdf } from './kdf/index.ts';
import { freezeRealm } from './realm.ts';

type VaultWorkerInput = VaultActorInput & { readonly storage: Parameters<typeof openVaultPlace>[0] };

freezeRealm();

/** The worker of the vault actor. */
bootActor(
  {
    vault: (input: VaultWorkerInput) =>
      makeVaultActor({ clock: realClock, kdf: openKdf(realClock), openPlace: () => openVaultPlace(input.storage), osKeyring: openOsKeyring(), channel: messageChannel }, input),
  },
  { version: SERVICES_VERSION },
);
