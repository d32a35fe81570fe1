import { bytesToHex } from '@noble/hashes/utils.js';
import { entryId, type CheckedEntry, type EntryKey } from '../../registry/index.ts';
import { MESSAGE_WRITERS, type Generation, type MessageWriter } from '../../registry/wire/index.ts';
import type { EntryStore } from '../store/entry-store.ts';
import { textFrame } from './frame.ts';
import { Topic, type Watcher } from './topic.ts';

/** All entries that are being watched at this portal, and the words in which they are told. */
export class SubscriptionHub {
  readonly writer: MessageWriter;
  readonly #store: EntryStore;
  readonly #topics = new Map<string, Topic>();
  #subscriptions = 0;
  /** The frame of the value told last: a hot entry is put into words once for all its watchers. */
  #told: { readonly entry: CheckedEntry; readonly frame: Buffer } | undefined;

  constructor(store: EntryStore, generation: Generation) {
    this.#store = store;
    this.writer = MESSAGE_WRITERS[generation];
  }

  get watchedEntries(): number {
    return this.#topics.size;
  }

  /** How many watchers the topics have together. */
  get subscriptions(): number {
    return this.#subscriptions;
  }

  /** Takes a value from the bus. */
  update(entry: CheckedEntry): void {
    this.#topics.get(bytesToHex(entryId(entry)))?.advance(entry);
  }

  /** The topic of an entry: the one that is being watched, or one that nobody has joined yet. */
  topic(key: EntryKey): Topic {
    const id = entryId(key);
    const hexId = bytesToHex(id);
    return this.#topics.get(hexId) ?? new Topic(key, id, hexId);
  }

  join(topic: Topic, watcher: Watcher): void {
    this.#topics.set(topic.hexId, topic);
    if (!topic.watchers.has(watcher)) this.#subscriptions++;
    topic.watchers.add(watcher);
  }

  leave(topic: Topic, watcher: Watcher): void {
    if (topic.watchers.delete(watcher)) this.#subscriptions--;
    if (topic.watchers.size === 0) this.#topics.delete(topic.hexId);
  }

  /** Brings a topic up to the store. Only for one that was joined before: what is stored from then on comes by the bus. */
  async refresh(topic: Topic): Promise<void> {
    const entry = await this.#store.get(topic.id);
    if (entry !== undefined) topic.advance(entry);
  }

  /** What is to be said of an entry now; undefined for nothing. */
  frame(topic: Topic): Buffer | undefined {
    const entry = topic.newest;
    if (entry === undefined) {
      const message = this.writer.missing(topic.key);
      return message === undefined ? undefined : textFrame(message);
    }
    if (this.#told?.entry !== entry) this.#told = { entry, frame: textFrame(this.writer.update(entry)) };
    return this.#told.frame;
  }
}
