import { openEntryBench } from './entry-bench.ts';
import { entryPlay } from './entry-play.ts';
import { playMachine } from './play.ts';

playMachine('the entry machine', entryPlay, openEntryBench);
