import { fromCallback } from 'xstate';
import { vaultMachine, type WorkCommand } from '../../machines/vault.ts';
import { defineActor } from '../../src/link/index.ts';
import type { Policy } from '../../src/policy.ts';
import { unlockByPassword, vaultCalls } from './calls.ts';
import { discreet } from './discreet.ts';
import { EphemeralSigners } from './ephemeral.ts';
import { Grants } from './grants.ts';
import { VaultHost } from './host.ts';
import { redactVault } from './redaction.ts';
import type { VaultService } from './service.ts';
import type { VaultWorld } from './world.ts';

export interface VaultActorInput {
  readonly policy: Pick<Policy, 'vaultIdle' | 'vaultMemory' | 'vaultPasses' | 'grantRate'>;
}

/** The vault actor: keeps a keyring encrypted, and signs with it while it is unlocked. */
export function makeVaultActor(world: VaultWorld, { policy }: VaultActorInput) {
  const host = new VaultHost(world, { memory: policy.vaultMemory, passes: policy.vaultPasses, idle: policy.vaultIdle });
  const grants = new Grants(
    {
      keys: (isShown) => host.keys(isShown),
      sign: (request) => host.sign(request),
      unlock: (caller, unlocking, { signal }) => unlockByPassword(host, unlocking, { caller, signal }),
    },
    world,
    policy.grantRate,
  );
  const calls = discreet(vaultCalls(host, grants, new EphemeralSigners()), ['lock', 'close']);
  const definition = defineActor({
    name: 'vault',
    logic: vaultMachine.provide({
      actors: {
        work: fromCallback<WorkCommand>(({ sendBack, receive }) => {
          receive((command) => host.receive(command, sendBack));
          return () => void calls.close(); // whatever stops the actor
        }),
        vigil: fromCallback(({ sendBack }) => host.keepVigil(sendBack)),
      },
    }),
    publicEvents: ['LOCK'],
    redact: redactVault,
    service: (actor): VaultService => {
      host.attach((event) => actor.send(event));
      return { calls, streams: { keys: () => host.publicKeys$ } };
    },
  });
  return { definition, input: undefined };
}
