import type { Report } from './reports.ts';
import { Source } from './source.ts';

/** Runtimes that are kept; of more, those that left first are forgotten first. */
export const MOST_SOURCES = 32;

/** The runtimes that are looked at, by name. */
export class Sources {
  readonly #sources = new Map<string, Source>();
  #onChange: () => void = () => {};

  /** @param onChange told whenever anything changed; many times in a turn */
  constructor(onChange: () => void = () => {}) {
    this.#onChange = onChange;
  }

  get names(): readonly string[] {
    return [...this.#sources.keys()];
  }

  get(name: string): Source | undefined {
    return this.#sources.get(name);
  }

  take(name: string, reports: readonly Report[]): void {
    const source = this.#sources.get(name) ?? this.#add(name);
    for (const report of reports) source.take(report);
    this.#onChange();
  }

  anew(name: string): void {
    this.#sources.get(name)?.anew();
    this.#onChange();
  }

  gone(name: string): void {
    const source = this.#sources.get(name);
    if (source === undefined) return;
    source.isGone = true;
    this.#onChange();
  }

  clear(): void {
    this.#sources.clear();
    this.#onChange();
  }

  #add(name: string): Source {
    const source = new Source(name);
    this.#sources.set(name, source);
    if (this.#sources.size > MOST_SOURCES) {
      const all = [...this.#sources.values()];
      const oldest = all.find(({ isGone }) => isGone) ?? all[0];
      if (oldest !== undefined) this.#sources.delete(oldest.name);
    }
    return source;
  }
}
