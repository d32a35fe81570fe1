import type { BenchName } from './benches.ts';
import { connectionPlay } from './connection-play.ts';
import { consentPlay } from './consent-play.ts';
import { entriesPlay } from './entries-play.ts';
import { entryPlay } from './entry-play.ts';
import type { Play } from './play.ts';
import { portalPlay } from './portal-play.ts';
import { queryPlay } from './query-play.ts';
import { vaultPlay } from './vault-play.ts';
import { verifierPlay } from './verifier-play.ts';

/** A play, whatever its machine remembers, is told, and shows. */
export type AnyPlay = Play<unknown, { readonly type: string }, unknown, unknown>;

const asAnyPlay = (play: unknown): AnyPlay => play as AnyPlay;

/** How each machine is played. */
export const plays: Readonly<Record<BenchName, AnyPlay>> = {
  connection: asAnyPlay(connectionPlay),
  consent: asAnyPlay(consentPlay),
  entries: asAnyPlay(entriesPlay),
  entry: asAnyPlay(entryPlay),
  portal: asAnyPlay(portalPlay),
  query: asAnyPlay(queryPlay),
  vault: asAnyPlay(vaultPlay),
  verifier: asAnyPlay(verifierPlay),
};
