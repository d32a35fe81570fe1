import { openVaultBench } from './vault-bench.ts';
import { vaultPlay } from './vault-play.ts';
import { playMachine } from './play.ts';

playMachine('the vault machine', vaultPlay, openVaultBench);
