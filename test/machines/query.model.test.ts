import { openQueryBench } from './query-bench.ts';
import { queryPlay } from './query-play.ts';
import { playMachine } from './play.ts';

playMachine('the query machine', queryPlay, openQueryBench);
