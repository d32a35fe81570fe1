import type { WireError } from '../../src/error.ts';
import type { CheckedEntry } from '../../src/registry/index.ts';
import type { PostOutcome } from './registry-client.ts';

/** What the entries actor tells the portal actor. Entries are named as `nameOf` does.
 * `only` asks one portal, at this URL; `isNew` says that the entry was wanted in the same turn, and by nobody before. */
export type PortalCommand =
  | { readonly kind: 'want' | 'unwant'; readonly name: string }
  | { readonly kind: 'ask'; readonly inquiry: number; readonly name: string; readonly only: string | undefined; readonly isNew: boolean }
  | { readonly kind: 'go on' | 'settle'; readonly inquiry: number }
  /** What was found out about a portal: it lacks what others serve, has it again, or did what no honest one does. */
  | { readonly kind: 'lagging' | 'caught up'; readonly portal: string }
  | { readonly kind: 'blame'; readonly portal: string; readonly offence: 'bad-signature' | 'below-floor' };

/** What a portal said to an entry that it was sent, or why it said nothing. */
export type PortalReply = PostOutcome | { readonly kind: 'failed'; readonly error: WireError };

/** What the portal actor answers to, for the entries actor. */
export interface PortalService {
  readonly pipes: {
    commands(commands: readonly PortalCommand[]): void;
  };
  readonly calls: {
    /**
     * @param request `replaces`: the entry that it is to take the place of, or `null` for none; where the portal offers to (it said so in an answer
     * before this), it does not take it otherwise
     */
    post(request: { readonly url: string; readonly entry: CheckedEntry; readonly replaces?: CheckedEntry | null | undefined }): Promise<PortalReply>;
  };
}
