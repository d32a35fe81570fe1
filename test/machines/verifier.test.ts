import { verifierMachine } from '../../machines/verifier.ts';
import { openVerifierBench } from './verifier-bench.ts';
import { verifierWalk } from './verifier-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the verifier machine', { machine: verifierMachine, walk: verifierWalk, open: openVerifierBench });
