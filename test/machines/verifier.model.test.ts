import { openVerifierBench } from './verifier-bench.ts';
import { verifierPlay } from './verifier-play.ts';
import { playMachine } from './play.ts';

playMachine('the verifier machine', verifierPlay, openVerifierBench);
