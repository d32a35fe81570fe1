import { BehaviorSubject } from 'rxjs';
import type { ReadResult } from '../../actors/entries/result.ts';
import { bytesToHex } from '@noble/hashes/utils.js';
import { compareEntries, type EntryKey } from '../registry/index.ts';

export type { ReadResult } from '../../actors/entries/result.ts';

export const nameOf = ({ pubkey, datakey }: EntryKey): string => bytesToHex(pubkey) + bytesToHex(datakey);

/** What this thread knows of one entry that somebody here watches or holds a handle to. */
export class EntryState {
  readonly key: EntryKey;
  readonly latest: BehaviorSubject<ReadResult | undefined> = new BehaviorSubject<ReadResult | undefined>(undefined);
  watchers = 0;

  constructor(key: EntryKey) {
    this.key = key;
  }

  /** Takes in what is known now, unless something newer is: an actor that was replaced may know less than its predecessor. */
  take(result: ReadResult): void {
    const known = this.latest.value;
    if (known?.exists === true && (!result.exists || compareEntries(result, known) < 0)) return;
    this.latest.next(result);
  }
}
