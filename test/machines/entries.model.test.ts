import { openEntriesBench } from './entries-bench.ts';
import { entriesPlay } from './entries-play.ts';
import { playMachine } from './play.ts';

playMachine('the entries machine', entriesPlay, openEntriesBench);
