import type { EntriesActorInput, makeEntriesActor } from '../../actors/entries/actor.ts';
import type { PortalActorInput, makePortalActor } from '../../actors/portal/actor.ts';
import type { makeVaultActor, VaultActorInput } from '../../actors/vault/actor.ts';
import type { makeVerifierActor } from '../../actors/verifier/actor.ts';
import type { ActorLink, Port, Scheduler, Urgency } from '../link/index.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../world.ts';
import type { StorageOption } from './options.ts';

/** The actors of a runtime. */
export type ActorName = 'portal' | 'entries' | 'verifier' | 'vault';

export interface ActorDefinitions {
  readonly portal: ReturnType<typeof makePortalActor>['definition'];
  readonly entries: ReturnType<typeof makeEntriesActor>['definition'];
  readonly verifier: ReturnType<typeof makeVerifierActor>['definition'];
  readonly vault: ReturnType<typeof makeVaultActor>['definition'];
}

/** What each is started with. */
export interface ActorInputs {
  readonly portal: PortalActorInput;
  readonly entries: EntriesActorInput & { readonly storage: StorageOption | undefined };
  readonly verifier: undefined;
  readonly vault: VaultActorInput & { readonly storage: StorageOption | undefined };
}

/** Where actors run: in workers of their own, or in this thread. */
export interface ActorHost {
  readonly clock: Clock;
  /** Calls back when the present turn of the event loop is over. */
  readonly scheduler: Scheduler;
  /**
   * @param name what this one is called among those of its kind: what its session ids begin with
   * @param urgency how long it may give no sign of life while somebody waits
   */
  spawn<N extends ActorName>(kind: N, name: string, input: ActorInputs[N], policy: Policy, urgency?: Urgency): Promise<ActorLink<ActorDefinitions[N]>>;
  /** The two ends of a channel between two of them. */
  channel(): readonly [Port, Port];
}
