import { openEntryBench, orderedEntry } from './entry-bench.ts';
import { entryWalk } from './entry-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the entry machine', { machine: orderedEntry, walk: entryWalk, open: openEntryBench });
