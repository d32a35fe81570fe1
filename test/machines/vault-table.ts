import type { VaultEmitted, VaultStanding, WorkCommand } from '../../machines/vault.ts';
import type { Oracle, Table, Way } from '../../src/testing/model/index.ts';

export type VaultState =
  | 'opening'
  | 'unavailable'
  | 'empty'
  | 'locked.ready'
  | 'locked.delayed'
  | 'creating'
  | 'unlocking'
  | 'proving'
  | 'locking'
  | 'unlocked.resting'
  | 'unlocked.changing';

/** All that can happen to the vault machine. */
export type VaultHappening =
  | { readonly type: 'CREATE' | 'UNLOCK' | 'PROVE' | 'CHANGE'; readonly task: number }
  | { readonly type: 'LOCK' | 'IDLE' | 'WOKE' }
  | { readonly type: 'ENDED'; readonly standing: VaultStanding }
  | { readonly type: 'PROGRESS'; readonly ratio: number }
  /** The delay after a wrong password is over. */
  | { readonly type: 'TIME UP' }
  /** What does the tasks fails itself. */
  | { readonly type: 'WORK THREW' };

/** What the machine has to remember, and what is to be seen of it. */
export interface VaultModel {
  readonly state: VaultState | 'dead';
  readonly wait: number;
  readonly progress: number;
  /** What the work was told so far, in order. */
  readonly commands: readonly WorkCommand[];
  /** What the machine has emitted. */
  readonly told: readonly VaultEmitted[];
}

type Condition = 'the keys are at hand' | 'the storage cannot be read' | 'nothing is stored' | 'somebody has to wait';
type Ways = readonly Way<VaultState, Condition, Effect>[];

const after = (...does: readonly Effect[]): Ways => [
  { when: 'the storage cannot be read', to: 'unavailable', does: ['the standing is noted', ...does] },
  { when: 'nothing is stored', to: 'empty', does: ['the standing is noted', ...does] },
  { when: 'somebody has to wait', to: 'locked.delayed', does: ['the standing is noted', ...does] },
  { to: 'locked.ready', does: ['the standing is noted', ...does] },
];
const opened: Ways = [{ when: 'the keys are at hand', to: 'unlocked.resting', does: ['the standing is noted', 'that it is unlocked is told'] }, ...after()];
const begin = (to: VaultState): Ways => [{ to, does: ['the task is begun'] }];
const noted: Ways = [{ does: ['the progress is noted and told'] }];
const lockAtOnce: Ways = [{ to: 'locked.ready', does: ['the keys are wiped', 'that it is locked is told'] }];
const lockAfterTask: Ways = [{ to: 'locking', does: ['the task is given up', 'the keys are wiped', 'that it is locked is told'] }];

/** No task is under way, and no key at hand. */
const atRest = {
  CREATE: begin('creating'),
  UNLOCK: begin('unlocking'),
  PROVE: begin('proving'),
  CHANGE: 'ignored',
  LOCK: 'ignored',
  IDLE: 'cannot be',
  WOKE: 'cannot be',
  ENDED: 'cannot be',
  PROGRESS: noted,
  'TIME UP': 'cannot be',
  'WORK THREW': 'dies',
} as const;
/** A task is under way, and no key at hand. */
const atWork = {
  CREATE: 'ignored',
  UNLOCK: 'ignored',
  PROVE: 'ignored',
  CHANGE: 'ignored',
  LOCK: [{ to: 'locking', does: ['the task is given up'] }] as Ways,
  IDLE: 'cannot be',
  WOKE: 'cannot be',
  PROGRESS: noted,
  'TIME UP': 'cannot be',
  'WORK THREW': 'dies',
} as const;

const vaultTable: Table<VaultState, VaultHappening['type'], Condition, Effect> = {
  opening: { ...atWork, LOCK: [{ does: ['the task is given up'] }], ENDED: after() },
  unavailable: atRest,
  empty: atRest,
  'locked.ready': atRest,
  'locked.delayed': { ...atRest, 'TIME UP': [{ to: 'locked.ready' }] },
  creating: { ...atWork, ENDED: opened },
  unlocking: { ...atWork, ENDED: opened },
  proving: { ...atWork, ENDED: after() },
  locking: { ...atWork, LOCK: 'ignored', ENDED: after('the keys are wiped') },
  'unlocked.resting': {
    CREATE: begin('unlocked.changing'),
    UNLOCK: begin('unlocked.changing'),
    PROVE: begin('unlocked.changing'),
    CHANGE: begin('unlocked.changing'),
    LOCK: lockAtOnce,
    IDLE: lockAtOnce,
    WOKE: lockAtOnce,
    ENDED: 'cannot be',
    PROGRESS: noted,
    'TIME UP': 'cannot be',
    'WORK THREW': 'dies',
  },
  'unlocked.changing': {
    ...atWork,
    LOCK: lockAfterTask,
    IDLE: lockAfterTask,
    WOKE: lockAfterTask,
    ENDED: [{ when: 'the keys are at hand', to: 'unlocked.resting', does: ['the standing is noted'] }, ...after('that it was changed is told')],
  },
};

const REASONS = { LOCK: 'asked', IDLE: 'idle', WOKE: 'woke' } as const;
const tell = (model: VaultModel, event: VaultEmitted): VaultModel => ({ ...model, told: [...model.told, event] });
const command = (model: VaultModel, told: WorkCommand): VaultModel => ({ ...model, commands: [...model.commands, told] });

const effects = {
  'the task is begun': (model: VaultModel, event: VaultHappening): VaultModel => ('task' in event ? command(model, { type: 'BEGIN', task: event.task }) : model),
  'the task is given up': (model: VaultModel): VaultModel => command(model, { type: 'ABORT' }),
  'the keys are wiped': (model: VaultModel): VaultModel => command(model, { type: 'FORGET' }),
  'the standing is noted': (model: VaultModel, event: VaultHappening): VaultModel => (event.type === 'ENDED' ? { ...model, wait: event.standing.wait, progress: 0 } : model),
  'the progress is noted and told': (model: VaultModel, event: VaultHappening): VaultModel =>
    event.type === 'PROGRESS' ? tell({ ...model, progress: event.ratio }, { type: 'kdf.progress', ratio: event.ratio }) : model,
  'that it is unlocked is told': (model: VaultModel): VaultModel => tell(model, { type: 'vault.unlocked' }),
  'that it is locked is told': (model: VaultModel, { type }: VaultHappening): VaultModel => tell(model, { type: 'vault.locked', reason: REASONS[type as keyof typeof REASONS] }),
  'that it was changed is told': (model: VaultModel): VaultModel => tell(model, { type: 'vault.locked', reason: 'changed' }),
};
type Effect = keyof typeof effects;

export const vaultOracle: Oracle<VaultModel, VaultHappening, VaultState, Condition, Effect> = {
  table: vaultTable,
  conditions: {
    'the keys are at hand': (_model, event) => event.type === 'ENDED' && event.standing.isOpen,
    'the storage cannot be read': (_model, event) => event.type === 'ENDED' && event.standing.stands === 'unknown',
    'nothing is stored': (_model, event) => event.type === 'ENDED' && event.standing.stands === 'nothing',
    'somebody has to wait': (_model, event) => event.type === 'ENDED' && event.standing.wait > 0,
  },
  effects,
  stateOf: ({ state }) => state,
  enter: (model, state) => ({ ...model, state }),
};

export const beginVault = (): VaultModel => ({ state: 'opening', wait: 0, progress: 0, commands: [{ type: 'LOOK' }], told: [] });
