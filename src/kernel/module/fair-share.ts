/** What somebody keeps in a place that all share. */
export interface Share<T> {
  readonly owner: string;
  /** Of two, the one with the smaller number goes first. */
  readonly usedAt: number;
  readonly thing: T;
}

/**
 * Which things have to go until `most` are left, so that nobody crowds out others: whoever has most gives away first, what it used least, until all who
 * have to give have equally many left.
 */
export function surplus<T>(shares: readonly Share<T>[], most: number): T[] {
  const owners = new Map<string, Share<T>[]>();
  for (const share of shares) {
    const own = owners.get(share.owner);
    if (own === undefined) owners.set(share.owner, [share]);
    else own.push(share);
  }
  const counts = [...owners.values()].map(({ length }) => length).sort((a, b) => a - b);
  // The level at which the water stands, if the smallest vessels are filled first.
  let left = most;
  let level = Infinity;
  for (const [i, count] of counts.entries()) {
    const each = Math.floor(left / (counts.length - i));
    if (count > each) {
      level = each;
      break;
    }
    left -= count;
  }
  return [...owners.values()].flatMap((own) => (own.length <= level ? [] : own.toSorted((a, b) => a.usedAt - b.usedAt).slice(0, own.length - level).map(({ thing }) => thing)));
}
