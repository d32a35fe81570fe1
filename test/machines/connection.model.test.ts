import { openConnectionBench } from './connection-bench.ts';
import { connectionPlay } from './connection-play.ts';
import { playMachine } from './play.ts';

playMachine('the connection machine', connectionPlay, openConnectionBench);
