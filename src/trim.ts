/**
 * Deletes the oldest of a Map or Set that has more than `most`, so that a tenth of them goes at a time: a Map keeps the places of what was deleted, so
 * finding the first one anew for each that is added would take as long as there are places.
 */
export function trim(collection: Map<string, unknown> | Set<string>, most: number): void {
  if (collection.size <= most) return;
  const left = most - Math.floor(most / 10);
  for (const oldest of collection.keys()) {
    if (collection.size <= left) return;
    collection.delete(oldest);
  }
}
