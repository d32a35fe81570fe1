import { vaultMachine } from '../../machines/vault.ts';
import { openVaultBench, showVault } from './vault-bench.ts';
import { beginVault, vaultOracle, type VaultHappening } from './vault-table.ts';
import { walkTable } from './walk.ts';

const standing = { stands: 'vault', isOpen: false, wait: 0 } as const;

walkTable('the vault machine', {
  machine: vaultMachine,
  oracle: vaultOracle,
  inputs: [undefined],
  begin: beginVault,
  open: openVaultBench,
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
  ] satisfies VaultHappening[],
  raw: (event, snapshot) => {
    if (event.type === 'ENDED') return { type: 'ENDED', ...event.standing };
    if (event.type === 'TIME UP') return snapshot.matches({ locked: 'delayed' }) ? { type: 'xstate.after.wait.vault.locked.delayed' } : undefined;
    if (event.type === 'WORK THREW') return undefined; // the end of the actor leads nowhere
    return event;
  },
  situation: (snapshot) => JSON.stringify(snapshot.value),
});
