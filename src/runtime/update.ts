import type { ReadResult, ResultBody } from '../../actors/entries/result.ts';
import { LONGEST_HOLD, LONGEST_WAIT } from '../../actors/entries/turn-terms.ts';
import type { SwapOutcome } from '../../actors/entries/updating.ts';
import type { WriteOutcome } from '../../actors/entries/writing.ts';
import { aborted, hasCode, RegistryError, toWire } from '../error.ts';
import { LONGEST_TIMER } from '../input.ts';
import type { Signer } from '../keyring/index.ts';
import { equalBytes, takeBytes, type Bytes } from '../registry/bytes.ts';
import { isSamePacked, MAX_DATA_BYTES, MAX_REVISION, nameOf, packEntry, takeSignedEntry, unpackEntry, type CheckedEntry, type EntryKey } from '../registry/index.ts';
import { elapsedOn, type Clock } from '../world.ts';
import { askWithin } from './asking.ts';
import type { WriteResult } from './entry-handle.ts';
import type { TakenUpdate, UpdatedData } from './requests.ts';
import type { LinkTo, Slot } from './slot.ts';

/** What an update stands on: {@link Runtime}'s own. */
export interface UpdateWorld {
  readonly clock: Clock;
  readonly entries: Slot<'entries'>;
  /** How long the entries actor may take for one question, in milliseconds. */
  readonly deadline: number;
  /** How long it is tried to find out what became of an entry that was sent, in milliseconds. */
  readonly patience: number;
  /** Takes in what was read, with its stamp, and answers what the caller is to be told. */
  readonly onRead: (name: string, result: ResultBody, at: number) => ReadResult | undefined;
  readonly onTaken: (entry: CheckedEntry, outcome: WriteOutcome, isGuarded: boolean) => WriteResult;
}

export interface UpdateTask {
  readonly number: number;
  /** All of this runtime, this one among them. */
  readonly running: ReadonlySet<Update>;
  readonly key: EntryKey;
  readonly signer: EntrySigning;
  readonly change: TakenUpdate['change'];
  readonly maxAttempts: number;
  readonly confirmations: number;
}

type Taken = Extract<SwapOutcome, { kind: 'taken' }>;

/** One update, from its first look at the entry to its last word. */
export class Update {
  readonly #world: UpdateWorld;
  readonly #task: UpdateTask;
  /** {@link nameOf} its entry's key. */
  readonly name: string;
  /** Told to the entries actor when nobody waits any more. */
  readonly #over = new AbortController();
  #reject: (reason: RegistryError) => void = () => {};
  readonly #ended = new Promise<never>((_resolve, reject) => (this.#reject = reject));
  /** Something was sent, and what became of it is not known. */
  #isUnsure = false;

  constructor(world: UpdateWorld, task: UpdateTask) {
    this.#world = world;
    this.#task = task;
    this.name = nameOf(task.key);
    this.#ended.catch(() => {}); // it may end between two waits
  }

  /** Gives it up. */
  end(reason: RegistryError): void {
    this.#reject(reason);
    this.#over.abort(reason);
  }

  async run(): Promise<WriteResult | undefined> {
    try {
      return await this.#unlessEnded(this.#attempts());
    } catch (error) {
      if (!this.#isUnsure || hasCode(error, 'UNCONFIRMED')) throw error;
      throw unconfirmed('it was given up while nobody knew whether it was taken', error);
    } finally {
      this.#over.abort();
      // One that is gone has no turns to end.
      this.#world.entries.link?.call('endTurn', { update: this.#task.number }).catch(() => {});
    }
  }

  async #attempts(): Promise<WriteResult | undefined> {
    for (let attempt = 1; ; attempt++) {
      const { current, replaces } = await this.#base(attempt);
      if (attempt > this.#task.maxAttempts) {
        const newest = current?.exists === true ? takeSignedEntry(current) : undefined;
        throw new RegistryError('CONFLICT', 'others were faster each time', { current: newest, hint: 'try again later, or allow more attempts' });
      }
      if (current === undefined || replaces === undefined) continue; // not at once: there is a pause before it is asked for again
      const revision = replaces === null ? 0n : replaces.revision + 1n;
      if (revision >= MAX_REVISION) throw new RegistryError('REVISION_LIMIT', 'the entry has no next revision but the last one', { current: replaces ?? undefined, hint: 'sign it yourself, and write it with final: true' });
      const data = takeData(await this.#task.change(current));
      if (data === undefined) return undefined;
      const entry = await this.#sign(data, revision);
      if (this.#over.signal.aborted) throw aborted();
      const taken = await this.#swap(entry, replaces);
      if (taken !== undefined) return this.#world.onTaken(entry, taken, taken.isGuarded);
    }
  }

  /** Until it is this update's turn, which comes even if all of its entry's before it use theirs up. */
  async #turn(): Promise<void> {
    const { number: update, running } = this.#task;
    const { name } = this;
    let line = 0;
    for (const other of running) if (other.name === name) line++;
    const longest = Math.min(LONGEST_TIMER, line * (LONGEST_WAIT + LONGEST_HOLD) + this.#world.deadline);
    await this.#askTwice((entries, signal) => entries.call('turn', { update, name }, { signal, deadline: Infinity }), longest);
  }

  /** What the next attempt is made of; `replaces` is undefined if something newer was shown here meanwhile. */
  async #base(attempt: number): Promise<{ readonly current: ReadResult | undefined; readonly replaces: CheckedEntry | null | undefined }> {
    const { name } = this;
    await this.#turn();
    const { result, at } = await this.#askTwice((entries, signal) => entries.call('base', { name, attempt }, { signal, deadline: Infinity }));
    const current = this.#world.onRead(name, result, at);
    if (!result.exists) return { current, replaces: current?.exists === false ? null : undefined };
    const isShown = current?.exists === true && isSamePacked(packEntry({ ...current, type: current.type ?? 1 }), result.packed);
    return { current, replaces: isShown ? unpackEntry(name, result.packed) : undefined };
  }

  async #sign(data: Bytes, revision: bigint): Promise<CheckedEntry> {
    const { key, signer } = this.#task;
    const { pubkey, datakey } = key;
    // Copies: what a signer writes to must not be what its answer is compared with.
    const answer = await signer.signEntry({ pubkey: pubkey.slice(), datakey: datakey.slice(), data: data.slice(), revision });
    try {
      const signed = takeSignedEntry(answer);
      const isOurs = nameOf(signed) === this.name && signed.revision === revision && signed.type === 1 && equalBytes(signed.data, data);
      if (isOurs) return signed; // whether the signature holds, a verifier says
    } catch {} // what is no entry at all is not ours either
    throw new RegistryError('BAD_SIGNATURE', 'the signer did not sign what it was asked to', { field: 'request.signer' });
  }

  /** @returns undefined if another entry took the place of the one that was to be replaced */
  async #swap(entry: CheckedEntry, replaces: CheckedEntry | null): Promise<Taken | undefined> {
    const { confirmations } = this.#task;
    let since = Infinity;
    for (let again = 0; ; again++) {
      this.#isUnsure = true;
      const outcome = await this.#ask((entries, signal) => entries.call('swap', { entry, replaces, again, confirmations }, { signal, deadline: Infinity })).catch((error: unknown): SwapOutcome => {
        if (hasCode(error, 'WORKER_GONE', 'TIMEOUT')) return { kind: 'unsure', error: toWire(error) };
        // The first time it says that nothing was sent, but for these.
        this.#isUnsure = again > 0 || hasCode(error, 'UNCONFIRMED', 'CLOSED', 'ABORTED');
        throw error;
      });
      this.#isUnsure = outcome.kind === 'unsure';
      if (outcome.kind === 'taken') return outcome;
      if (outcome.kind === 'lost') return undefined;
      const now = elapsedOn(this.#world.clock);
      since = Math.min(since, now);
      if (now - since >= this.#world.patience) throw unconfirmed('nobody said in time whether it was taken', outcome.error);
    }
  }

  #ask<T>(question: (entries: LinkTo<'entries'>, signal: AbortSignal) => Promise<T>, milliseconds = this.#world.deadline): Promise<T> {
    const { clock, entries } = this.#world;
    return askWithin(entries, { clock, milliseconds, signal: this.#over.signal }, question);
  }

  /** As reads are, what nothing was sent for is asked again once, where the actor dies. */
  #askTwice<T>(question: (entries: LinkTo<'entries'>, signal: AbortSignal) => Promise<T>, milliseconds?: number): Promise<T> {
    return this.#ask(question, milliseconds).catch((error: unknown) => {
      if (hasCode(error, 'WORKER_GONE')) return this.#ask(question, milliseconds);
      throw error;
    });
  }

  /** Whoever gives up is told at once, whatever the application's own functions do. */
  #unlessEnded<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }
}

/** What an update needs of a signer. */
export interface EntrySigning extends Pick<Signer, 'signEntry'> {
  readonly publicKey: Bytes;
}

/** The new data; undefined to leave the entry as it is. @throws RegistryError `INVALID_INPUT` */
function takeData(value: UpdatedData): Bytes | undefined {
  if (value === undefined) return undefined;
  return value === null ? new Uint8Array(34) : takeBytes(value, 'request.change', [0, MAX_DATA_BYTES]);
}

const unconfirmed = (message: string, cause: unknown): RegistryError =>
  new RegistryError('UNCONFIRMED', message, { cause, hint: 'read the entry, and see whether what was to be changed has been' });
