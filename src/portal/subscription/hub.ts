import { bytesToHex } from '@noble/hashes/utils.js';
import { entryId, type CheckedEntry, type EntryKey } from '../../registry/index.ts';
import { MESSAGE_WRITERS, type Generation, type MessageWriter } from '../../registry/wire/index.ts';
import type { EntryStore } from '../store/entry-store.ts';
import { Topic, type Watcher } from './topic.ts';

/** All entries that are being watched at this portal, and the words in which they are told. */
export class SubscriptionHub {
  readonly writer: MessageWriter;
  readonly #store: EntryStore;
  readonly #topics = new Map<string, Topic>();
  #subscriptions = 0;
  /** The message of the value told last: a hot entry is put into words once for all its watchers. */
  #told: { readonly entry: CheckedEntry; readonly message: Buffer } | undefined;

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

  find(key: EntryKey): Topic | undefined {
    return this.#topics.get(bytesToHex(entryId(key)));
  }

  join(key: EntryKey, watcher: Watcher): Topic {
    const topic = this.find(key) ?? new Topic(key);
    this.#topics.set(topic.hexId, topic);
    if (!topic.watchers.has(watcher)) this.#subscriptions++;
    topic.watchers.add(watcher);
    return topic;
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
  message(topic: Topic): Buffer | string | undefined {
    const entry = topic.newest;
    if (entry === undefined) return this.writer.missing(topic.key);
    if (this.#told?.entry !== entry) this.#told = { entry, message: Buffer.from(this.writer.update(entry)) };
    return this.#told.message;
  }
}
