import type { Policy } from '../../../src/index.ts';
import type { Deed } from './deeds.ts';
import { Doer } from './doer.ts';
import type { Records } from './records.ts';
import { Stage } from './stage.ts';

/** Does all of it in a new world, and reads along with every actor in it. @throws Error if one of them departed from its table */
export async function playDeeds(records: Records, deeds: readonly Deed[], seed: number, policy: Partial<Policy> = {}): Promise<void> {
  const stage = new Stage(records, seed);
  await stage.open(policy);
  const doer = new Doer(stage);
  try {
    for (const deed of deeds) await doer.do(deed);
  } finally {
    stage.world.storage.fault = undefined;
    stage.engine = 'well';
    stage.hasSockets = true;
    await doer.end();
    await stage.close();
  }
}
