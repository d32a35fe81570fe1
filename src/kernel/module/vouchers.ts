import { Allowance } from '../../../actors/allowance.ts';
import { isBytes, u64le, type Bytes } from '../../registry/bytes.ts';
import { bytesOf, MAX_DATA_BYTES, takeSignedEntry, unpackEntry, type CheckedEntry } from '../../registry/index.ts';
import type { Broadcast, Clock, OpenBroadcast } from '../../world.ts';
import { own } from '../own.ts';
import type { Seal } from './seal.ts';
import type { Word } from './stamp.ts';

/** What kind of statement a seal of one is of. */
const KIND = 1;
/** Questions a second that are answered, and as many at once as may wait: anybody of the origin may ask. */
const RATE = 500;
const MOST = 2_000;
/** The longest that `packEntry` makes: 73 characters and the data. */
const MOST_PACKED = 73 + MAX_DATA_BYTES;

/** What a worker knows of an entry for which its live connection vouches. */
export interface Live extends Word {
  /** What `packEntry` made. */
  readonly packed: string;
}

/** What another worker vouches for: its seal holds; whether its signature does is not known yet. */
export interface Vouched extends Word {
  readonly entry: CheckedEntry;
}

export interface VouchersWorld {
  readonly open: OpenBroadcast;
  readonly clock: Clock;
  readonly seal: Seal;
  /** What the live connection of this worker vouches for, of an entry by its name. */
  readonly live: (name: string) => Live | undefined;
}

/**
 * The workers of this module ask each other which entries they have live, on a channel that every module of the kernel hears and may speak on: an
 * answer has a seal, over a number that whoever asks has just chosen.
 */
export class Vouchers {
  readonly #world: VouchersWorld;
  readonly #channel: Broadcast | undefined;
  readonly #questions = new Map<string, { readonly number: Uint8Array; readonly name: string; readonly answered: (vouched: Vouched) => void }>();
  readonly #allowance: Allowance;

  constructor(world: VouchersWorld) {
    this.#world = world;
    this.#allowance = new Allowance(world.clock, RATE, MOST);
    this.#channel = world.open('secure-registry vouchers', (message) => this.#hear(message));
  }

  /**
   * Asks the others, of whom none may answer.
   * @param name {@link nameOf} the entry's key
   * @returns ends it
   */
  ask(name: string, answered: (vouched: Vouched) => void): () => void {
    const number = crypto.getRandomValues(new Uint8Array(16));
    const question = String(number);
    this.#questions.set(question, { number, name, answered });
    this.#channel?.post({ ask: number, name });
    return () => void this.#questions.delete(question);
  }

  close(): void {
    this.#questions.clear();
    this.#channel?.close();
  }

  #hear(message: unknown): void {
    const { ask, vouch, name, packed, portal, at, seal } = own(message, ['ask', 'vouch', 'name', 'packed', 'portal', 'at', 'seal']);
    if (isNumber(ask) && typeof name === 'string') return this.#answer(ask, name);
    if (!isNumber(vouch) || typeof packed !== 'string' || typeof portal !== 'string' || typeof at !== 'number' || !isBytes(seal)) return;
    const question = this.#questions.get(String(vouch));
    if (question === undefined || packed.length > MOST_PACKED || !(at >= 0 && at < 2 ** 53)) return;
    // Over the number that was asked with: what came may be in memory that its sender still writes to.
    if (!this.#world.seal.holds(seal, KIND, ...statement(question.number, question.name, { packed, portal, at }))) return;
    try {
      const entry = takeSignedEntry(unpackEntry(question.name, packed));
      this.#questions.delete(String(vouch));
      question.answered({ entry, portal, at });
    } catch {
      // It is no entry, whoever sealed it.
    }
  }

  #answer(number: Uint8Array, name: string): void {
    const live = name.length === 64 ? this.#world.live(name) : undefined;
    if (live === undefined || !this.#allowance.take()) return;
    const seal = this.#world.seal.of(KIND, ...statement(number, name, live));
    if (seal !== undefined) this.#channel?.post({ vouch: number, ...live, seal });
  }
}

const isNumber = (value: unknown): value is Bytes => isBytes(value) && value.length === 16;
const statement = (number: Uint8Array, name: string, { packed, portal, at }: Live): readonly Uint8Array[] => [number, bytesOf(name), bytesOf(packed), new TextEncoder().encode(portal), u64le(BigInt(Math.floor(at)))];
