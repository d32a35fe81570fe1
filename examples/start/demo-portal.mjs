// A portal with a switch: whoever throws it makes the portal misbehave in one of five ways.
import { keygenAsync } from '@noble/ed25519';
import { hashDatakey, signEntry } from 'secure-registry';
import { FaultyPortal } from 'secure-registry/testing';

/** What a portal does under each. */
const FAULTS = {
  kill: {},
  stall: { halfOpen: true },
  lie: { reads: 'cross', sockets: 'cross' },
  'roll back': { reads: 'stale', sockets: 'stale' },
  'flip a byte': { reads: 'forge', sockets: 'forge' },
};

/** What a lying portal serves in the place of every other entry: genuine, but signed by somebody else. */
const mallory = await keygenAsync();
const LIE = signEntry(
  { pubkey: mallory.publicKey, datakey: hashDatakey('anything'), data: new TextEncoder().encode('Mallory was here'), revision: 1_000_000n },
  new Uint8Array([...mallory.secretKey, ...mallory.publicKey]),
);

export class DemoPortal {
  #portal;
  #fault = null;
  /** One switch after the other. */
  #last = Promise.resolve();

  constructor(portal) {
    this.#portal = portal;
  }

  static async start() {
    const portal = await FaultyPortal.start();
    await portal.put(LIE);
    return new DemoPortal(portal);
  }

  get url() {
    return this.#portal.url;
  }

  /** How it misbehaves: a name, or `null`. */
  get fault() {
    return this.#fault;
  }

  static knows(fault) {
    return fault === null || Object.hasOwn(FAULTS, fault);
  }

  /** @param {keyof typeof FAULTS | null} fault in the place of the one before */
  misbehave(fault) {
    this.#last = this.#last.catch(() => {}).then(() => this.#change(fault)); // whoever threw the one before was told
    return this.#last;
  }

  async #change(fault) {
    const before = this.#fault;
    if (fault === before) return;
    // What it should have said meanwhile is lost: it begins anew, as a machine that was started again.
    if (before === 'stall') await this.#portal.kill();
    this.#portal.faults = fault === null ? {} : FAULTS[fault];
    if (fault === 'kill') await this.#portal.kill();
    else if (before === 'kill' || before === 'stall') await this.#portal.revive();
    this.#fault = fault;
  }

  async close() {
    await this.#last.catch(() => {}); // whoever threw the switch was told
    await this.#portal.close();
  }
}
