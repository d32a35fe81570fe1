import { portalMachine } from '../../machines/portal.ts';
import { openPortalBench } from './portal-bench.ts';
import { portalWalk } from './portal-walk.ts';
import { walkTable } from './walk.ts';

walkTable('the portal machine', { machine: portalMachine, walk: portalWalk, open: openPortalBench });
