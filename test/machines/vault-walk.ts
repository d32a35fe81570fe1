import type { Walk } from '../../src/testing/model/index.ts';
import { showVault, type VaultSight } from './vault-bench.ts';
import { beginVault, vaultOracle, type VaultHappening, type VaultModel } from './vault-table.ts';

const standing = { stands: 'vault', isOpen: false, wait: 0 } as const;

export const vaultWalk: Walk<VaultModel, VaultHappening, VaultSight> = {
  oracle: vaultOracle,
  inputs: [undefined],
  begin: beginVault,
  shows: showVault,
  samples: [
    ...(['CREATE', 'UNLOCK', 'PROVE', 'CHANGE'] as const).map((type, index) => ({ type, task: 7 + index })),
    ...(['LOCK', 'IDLE', 'WOKE', 'TIME UP', 'WORK THREW'] as const).map((type) => ({ type })),
    { type: 'ENDED', standing },
    { type: 'ENDED', standing: { ...standing, isOpen: true } },
    { type: 'ENDED', standing: { ...standing, wait: 4_000 } },
    { type: 'ENDED', standing: { ...standing, stands: 'nothing' } },
    { type: 'ENDED', standing: { ...standing, stands: 'unknown' } },
    { type: 'PROGRESS', ratio: 0.5 },
  ],
  situation: ({ state }) => state,
};
