import { openPortalBench } from './portal-bench.ts';
import { portalPlay } from './portal-play.ts';
import { playMachine } from './play.ts';

playMachine('the portal machine', portalPlay, openPortalBench);
