import { aborted, closed, type RegistryError } from '../../src/error.ts';
import type { Bytes } from '../../src/registry/bytes.ts';
import { entryId, keyNamed } from '../../src/registry/index.ts';
import type { Leases } from '../../src/storage/index.ts';
import { elapsedOn, type Clock, type Random } from '../../src/world.ts';
import { LONGEST_HOLD, LONGEST_WAIT } from './turn-terms.ts';

/** Between two looks at a line, in milliseconds for each one before us, and at most: the next one is there as soon as it can. */
const LOOK = 10;
const LONGEST_LOOK = 100;

/** How often a place is renewed, in milliseconds. */
const RENEWAL = 2_500;

/** One update that waits for its turn, or has it. */
class Turn {
  begin = (): void => {};
  refuse: (reason: RegistryError) => void = () => {};
  #end = (): void => {};
  isOver = false;
  /** Resolves when it has come; rejects when it never will. */
  readonly begun = new Promise<void>((resolve, reject) => {
    this.begin = resolve;
    this.refuse = reject;
  });
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));

  end(): void {
    this.isOver = true;
    this.#end();
  }
}

export interface TurnsWorld {
  readonly clock: Clock;
  readonly random: Random;
  /** The leases of the storage, if there is one, for an owner's 8 bytes. */
  leases(owner: Bytes): Promise<Leases | undefined>;
}

/** Whose turn it is to update an entry: one after the other here, and taking turns with all other processes on the storage. */
export class Turns {
  readonly #world: TurnsWorld;
  /** By the numbers of updates. */
  readonly #turns = new Map<number, Turn>();
  /** By the names of entries: those that wait, the first of which has its turn or waits for the lease. */
  readonly #lines = new Map<string, { readonly turns: Turn[]; readonly served: Promise<void> }>();
  #leases: Promise<Leases | undefined> | undefined;

  constructor(world: TurnsWorld) {
    this.#world = world;
  }

  /**
   * Resolves when it is the update's turn, at once if it has it already.
   * @param update its number
   * @param name {@link nameOf} the entry's key
   * @throws RegistryError `ABORTED`, `CLOSED`
   */
  take(update: number, name: string, signal: AbortSignal): Promise<void> {
    const turn = this.#turns.get(update) ?? this.#join(update, name);
    const onAbort = (): void => {
      turn.refuse(aborted());
      this.end(update);
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    return turn.begun.finally(() => signal.removeEventListener('abort', onAbort));
  }

  end(update: number): void {
    this.#turns.get(update)?.end();
    this.#turns.delete(update);
  }

  close(): void {
    for (const [update, turn] of this.#turns) {
      turn.refuse(closed());
      this.end(update);
    }
  }

  /** Resolves when nothing is held any more. */
  async drained(): Promise<void> {
    await Promise.all([...this.#lines.values()].map(({ served }) => served));
  }

  #join(update: number, name: string): Turn {
    const turn = new Turn();
    this.#turns.set(update, turn);
    const line = this.#lines.get(name);
    if (line !== undefined) line.turns.push(turn);
    else {
      const turns = [turn];
      this.#lines.set(name, { turns, served: this.#serve(name, turns) });
    }
    return turn;
  }

  async #serve(name: string, turns: Turn[]): Promise<void> {
    const id = entryId(keyNamed(name));
    for (let turn = turns[0]; turn !== undefined; turn = turns[0]) {
      if (!turn.isOver) await this.#hold(id, turn);
      turns.shift();
    }
    this.#lines.delete(name);
  }

  async #hold(id: Bytes, turn: Turn): Promise<void> {
    const leases = await (this.#leases ??= this.#world.leases(this.#newOwner()));
    if (leases !== undefined) await this.#waitFor(leases, id, turn);
    turn.begin();
    // It passes to the next though it was not ended, so that what an application never ends holds nobody up for ever.
    const until = this.#elapsed + LONGEST_HOLD;
    for (let left = LONGEST_HOLD; !turn.isOver && left > 0; left = until - this.#elapsed) {
      await this.#pause(Math.min(RENEWAL, left), turn);
      if (!turn.isOver) await leases?.join(id);
    }
    await leases?.leave(id);
  }

  get #elapsed(): number {
    return elapsedOn(this.#world.clock);
  }

  /**
   * Until nobody is before us in line, or it has taken too long: whoever can write to the storage can stay before us for ever. Where there is no line,
   * and after that, what guards an update is the portal's condition alone.
   */
  async #waitFor(leases: Leases, id: Bytes, turn: Turn): Promise<void> {
    let renewed = this.#elapsed;
    const until = renewed + LONGEST_WAIT;
    let place = await leases.join(id);
    while (place !== undefined && place > 0 && !turn.isOver) {
      const left = until - this.#elapsed;
      if (left <= 0) return;
      await this.#pause(Math.min(left, Math.min(LONGEST_LOOK, LOOK * place) * (0.5 + this.#world.random())), turn);
      const now = this.#elapsed;
      place = now - renewed < RENEWAL ? await leases.look(id) : undefined;
      if (place !== undefined) continue;
      renewed = now;
      place = await leases.join(id);
    }
  }

  /** So long, or until the turn is over. */
  async #pause(milliseconds: number, turn: Turn): Promise<void> {
    const { clock } = this.#world;
    let timer: unknown;
    await Promise.race([turn.ended, new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, milliseconds)))]);
    clock.clearTimeout(timer);
  }

  #newOwner(): Bytes {
    const owner = new Uint8Array(8);
    new DataView(owner.buffer).setFloat64(0, this.#world.random());
    return owner;
  }
}
