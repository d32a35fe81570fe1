import { entriesMachine } from '../../machines/entries.ts';
import { openEntriesBench } from './entries-bench.ts';
import { entriesWalk } from './entries-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the entries machine', { machine: entriesMachine, walk: entriesWalk, open: openEntriesBench });
