import type { Bytes } from '../../../src/registry/bytes.ts';
import type { Disk, FileName } from '../../../src/storage/vault/disk.ts';
import type { StorageConnection } from '../../../src/storage/adapter.ts';

type Names = Map<FileName, File>;
interface File {
  cached: Bytes;
  /** What is on the medium. */
  synced: Bytes;
}

/** What happens at a step: the process ends there, or the disk reports an error, having done the step or not; from then on, or once. */
export type Fault = { readonly step: number } & ({ readonly kind: 'crash' } | { readonly kind: 'error'; readonly isDone: boolean; readonly isLasting: boolean });

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A directory that can lose what was not synced: bytes of files, and each change of names for itself, in any combination. A step is the least
 * that can happen alone.
 */
export class SimulatedDisk implements Disk {
  #onMedium: Names = new Map();
  #pending: ((names: Names) => void)[] = [];
  #names: Names = new Map();
  #isDown = false;
  steps = 0;
  fault: Fault | undefined;

  read(name: FileName): Bytes | undefined {
    this.#step();
    const file = this.#names.get(name);
    return file && new Uint8Array(file.cached);
  }

  create(name: FileName, bytes: Uint8Array): void {
    const file: File = { cached: new Uint8Array(), synced: new Uint8Array() };
    this.#step(() => {
      if (this.#names.has(name)) throw new Error('EEXIST');
      this.#rename((names) => names.set(name, file));
    });
    this.#step(() => (file.cached = bytes.slice(0, bytes.length / 2)));
    this.#step(() => (file.cached = bytes.slice()));
    this.#step(() => (file.synced = file.cached));
  }

  rename(from: FileName, to: FileName): void {
    const file = this.#names.get(from);
    this.#step(() => {
      if (file === undefined) throw new Error('ENOENT');
      this.#rename((names) => {
        if (names.get(from) === file) names.delete(from);
        names.set(to, file);
      });
    });
  }

  remove(name: FileName): void {
    const file = this.#names.get(name);
    this.#step(() => this.#rename((names) => void (names.get(name) === file && names.delete(name))));
  }

  sync(name: FileName): void {
    const file = this.#names.get(name);
    this.#step(() => {
      if (file === undefined) throw new Error('ENOENT');
      file.synced = file.cached;
    });
  }

  syncDirectory(): void {
    this.#step(() => {
      this.#onMedium = new Map(this.#names);
      this.#pending = [];
    });
  }

  /** A step that is not the disk's: there the process can end, but the disk has no error to report. */
  pass(): void {
    if (this.fault?.kind === 'crash') this.#step();
    else this.steps++;
  }

  /** Puts a file there, for good, as somebody does who is not us. */
  plant(name: FileName, bytes: Uint8Array | undefined): void {
    const copy = bytes?.slice();
    for (const names of [this.#names, this.#onMedium]) {
      if (copy === undefined) names.delete(name);
      else names.set(name, { cached: copy, synced: copy });
    }
  }

  get names(): FileName[] {
    return [...this.#names.keys()].sort();
  }

  /** The process was killed, which loses nothing that the system holds; or power was lost, and with it any of what was not synced. */
  restart(loss: 'killed' | 'power', random: () => number): void {
    this.#isDown = false;
    this.fault = undefined;
    this.steps = 0;
    if (loss === 'killed') return;
    for (const change of this.#pending) if (random() < 0.5) change(this.#onMedium);
    this.#pending = [];
    for (const file of new Set([...this.#onMedium.values(), ...this.#names.values()])) {
      if (file.cached !== file.synced) file.cached = file.synced = remains(file, random);
    }
    this.#names = new Map(this.#onMedium);
  }

  #rename(change: (names: Names) => void): void {
    this.#pending.push(change);
    change(this.#names);
  }

  #step(action: () => void = () => {}): void {
    if (this.#isDown) throw new Error('the process has ended');
    this.steps++;
    const { fault } = this;
    const strikes = fault !== undefined && (this.steps === fault.step || (fault.kind === 'error' && fault.isLasting && this.steps > fault.step));
    if (!strikes) {
      action();
      return;
    }
    if (fault.kind === 'crash') {
      this.#isDown = true;
      throw new Error('the process ends here');
    }
    if (fault.isDone) action();
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  }
}

/** Some of the bytes may have got to the medium, or only their number. */
function remains({ cached, synced }: File, random: () => number): Bytes {
  const choice = random();
  if (choice < 0.25) return synced;
  if (choice < 0.5) return cached;
  return choice < 0.75 ? cached.slice(0, random() * cached.length) : new Uint8Array(cached.length);
}

/** A storage whose process can end before a transaction is committed, and after it. */
export const crashing = (connection: StorageConnection, disk: SimulatedDisk): StorageConnection => ({
  ...connection,
  update: async (changes) => {
    await connection.update(
      changes.map(({ key, decide }) => ({
        key,
        decide: (current) => {
          const decision = decide(current);
          disk.pass();
          return decision;
        },
      })),
    );
    disk.pass();
  },
});
