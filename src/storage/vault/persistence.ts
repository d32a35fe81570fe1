/**
 * Asks the browser to keep the data of this site even where it runs short of room, or nobody comes by for a while. Tells whether it will; undefined
 * where it cannot be asked: in workers (of the Storage standard, `persist` is for windows alone), and in insecure contexts.
 */
export async function askForPersistence(): Promise<boolean | undefined> {
  const storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage;
  try {
    return await storage?.persist?.();
  } catch {
    return undefined; // an opaque origin has the method, and no storage
  }
}
