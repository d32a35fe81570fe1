/** When something was shown of an entry, and whether it was said to be on disk. */
interface Showing {
  readonly turn: number;
  readonly life: number;
  readonly isDurable: boolean;
}

/**
 * Who knows what one runtime has shown: its page as long as it watches the entry, its entries actor as long as that lives, and whoever takes its place of what
 * is in memory only. The rest is on disk, and where that fails, too, it is known to nobody (G2).
 */
export class Recollection {
  readonly #showings = new Map<string, Showing>();
  readonly #watchedSince = new Map<string, number>();
  #turn = 0;
  /** How many entries actors there were before. */
  #life = 0;

  showed(name: string, isDurable: boolean): void {
    this.#showings.set(name, { turn: ++this.#turn, life: this.#life, isDurable });
  }

  watched(name: string): void {
    this.#watchedSince.set(name, ++this.#turn);
  }

  unwatched(name: string): void {
    this.#watchedSince.delete(name);
  }

  /** Its entries actor is lost. */
  died(): void {
    this.#life++;
  }

  /** Whether the page knows what an entries actor did that was lost. */
  isKeptByPage(name: string): boolean {
    return this.#life > 0 && this.#watchedSince.has(name);
  }

  /** Whether nobody but the disk knows what was shown. */
  isOnDiskAlone(name: string): boolean {
    const showing = this.#showings.get(name);
    if (showing === undefined || !showing.isDurable || showing.life === this.#life) return false;
    return (this.#watchedSince.get(name) ?? Infinity) > showing.turn;
  }
}
