import { vaultMachine } from '../../machines/vault.ts';
import { openVaultBench } from './vault-bench.ts';
import { vaultWalk } from './vault-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the vault machine', { machine: vaultMachine, walk: vaultWalk, open: openVaultBench });
