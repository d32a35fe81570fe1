import { fromCallback } from 'xstate';
import { vaultMachine, type VaultEmitted, type VaultEvent, type WorkCommand } from '../../machines/vault.ts';
import type { Bench } from '../../src/testing/model/index.ts';
import { DEAD, hostMachine, type Seen } from './bench.ts';
import type { VaultHappening, VaultModel } from './vault-table.ts';

export interface VaultSight {
  readonly actor: Seen;
  readonly commands: readonly WorkCommand[];
  readonly isWorking: boolean;
  readonly isWatched: boolean;
  readonly told: readonly VaultEmitted[];
  /** How long until the next timer; there is never more than one. */
  readonly waits: readonly number[];
}

/** The vault machine on a port, with work that ends when a test says so, and a vigil that says what a test says. */
export function openVaultBench() {
  const commands: WorkCommand[] = [];
  const told: VaultEmitted[] = [];
  let isWorking = false;
  let answer: ((event: VaultEvent) => void) | undefined;
  let warn: ((event: VaultEvent) => void) | undefined;
  const machine = vaultMachine.provide({
    actors: {
      work: fromCallback<WorkCommand | { readonly type: 'THROW' }>(({ sendBack, receive }) => {
        answer = sendBack;
        receive((command) => {
          if (command.type === 'THROW') {
            isWorking = false; // whatever throws does nothing any more
            throw new Error('no work');
          }
          if (command.type === 'LOOK' || command.type === 'BEGIN') {
            if (isWorking) throw new Error('two tasks at once');
            isWorking = true;
          }
          commands.push(command);
        });
      }) as never,
      vigil: fromCallback(({ sendBack }) => {
        warn = sendBack;
        return () => (warn = undefined);
      }),
    },
  });
  const hosted = hostMachine(machine, { input: undefined });
  hosted.link.emitted$.subscribe({ next: (event) => told.push(event), error: () => {} });
  return {
    taken: () => hosted.taken,
    close: hosted.close,
    async happen(event: VaultHappening): Promise<void> {
      switch (event.type) {
        case 'TIME UP':
          return hosted.clock.pass(hosted.clock.waits[0] ?? 1_000_000);
        case 'WORK THREW':
          return hosted.tellChild('work', { type: 'THROW' });
        case 'ENDED':
          isWorking = false;
          return answer?.({ type: 'ENDED', ...event.standing });
        case 'IDLE':
        case 'WOKE':
          return warn?.({ type: event.type });
        default:
          return hosted.send(event);
      }
    },
    isPossible: ({ type }: VaultHappening): boolean =>
      type === 'TIME UP' ? hosted.clock.waits.length > 0 : type === 'ENDED' ? isWorking : type === 'IDLE' || type === 'WOKE' ? warn !== undefined : type === 'WORK THREW' ? hosted.hasChild('work') : true,
    look: async (): Promise<VaultSight> => ({ actor: await hosted.look(), commands: [...commands], isWorking, isWatched: warn !== undefined, told: [...told], waits: hosted.clock.waits }),
  } satisfies Bench<VaultHappening, VaultSight>;
}

const WORKING = new Set(['opening', 'creating', 'unlocking', 'proving', 'locking', 'unlocked.changing']);

/** What is to be seen of the machine where the oracle is right. */
export function showVault({ state, wait, progress, commands, told }: VaultModel): VaultSight {
  return {
    actor: state === 'dead' ? DEAD : { status: 'active', state, context: { wait, progress } },
    commands,
    isWorking: WORKING.has(state),
    isWatched: state.startsWith('unlocked.'),
    told,
    waits: state === 'locked.delayed' ? [wait] : [],
  };
}
