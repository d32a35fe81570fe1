/** Lists that differ: of a few portals there are a few. What comes beyond is not shared. */
const MOST = 1_024;

/**
 * Equal lists as one: ten thousand entries that the same portal confirmed need not have a list of it each, nor a text that each message
 * brought along.
 */
export class SharedLists {
  readonly #lists = new Map<string, readonly string[]>();

  /** The list that is kept for all that are equal to this. */
  of(list: readonly string[]): readonly string[] {
    const text = JSON.stringify(list);
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    if (this.#lists.size < MOST) this.#lists.set(text, list);
    return list;
  }
}
