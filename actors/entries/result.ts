import { isDeleted, keyNamed, unpackEntry, type EntryKey, type SignedEntry } from '../../src/registry/index.ts';

/** How much stands behind a result: a live connection, a portal's word not long ago, or neither. */
export type Status = 'live' | 'cached' | 'stale';

/** An entry that exists. It is itself a signed entry: it can be passed on, and verified again. */
export type FoundResult = SignedEntry & {
  readonly exists: true;
  /** Its data is the 34 zero bytes that mean so. */
  readonly deleted: boolean;
  readonly status: Status;
  /** Whether a portal was asked for this call, or what was known sufficed. */
  readonly source: 'cache' | 'portal';
  /** When a portal last served exactly these bytes, epoch milliseconds; 0 for not since this started. */
  readonly confirmedAt: number;
  /** URLs of the portals that did, and have served nothing older since. */
  readonly confirmedBy: readonly string[];
  /** Whether what was seen outlives this process, so that nothing older is shown after a restart. */
  readonly floor: 'durable' | 'volatile';
};

/** An entry that does not exist, as every portal that answered claims. Nobody signs that. */
export type AbsentResult = EntryKey & {
  readonly exists: false;
  /** URLs of the portals that claim so. */
  readonly claimedBy: readonly string[];
  /** When one last did, epoch milliseconds. */
  readonly confirmedAt: number;
  readonly status: Status;
};

export type ReadResult = FoundResult | AbsentResult;

/**
 * A result on its way to whoever asked, and so knows the key: the entry in one string, which crosses threads for a fraction of what its arrays cost,
 * and of which every receiver makes arrays of their own.
 */
export type ResultBody =
  | ({ /** What `packEntry` made. */ readonly packed: string } & Pick<FoundResult, 'exists' | 'status' | 'source' | 'confirmedAt' | 'confirmedBy' | 'floor'>)
  | Omit<AbsentResult, keyof EntryKey>;

/** @param name {@link nameOf} the entry's key */
export function resultNamed(name: string, body: ResultBody): ReadResult {
  if (!body.exists) return { ...keyNamed(name), ...body, claimedBy: [...body.claimedBy] };
  const { packed, confirmedBy, ...rest } = body;
  const entry = unpackEntry(name, packed);
  return { ...entry, ...rest, confirmedBy: [...confirmedBy], deleted: isDeleted(entry.data) };
}

/** The same result in memory of its own: field by field, since it is what a cached read costs. */
export function copyOf(result: ReadResult): ReadResult {
  if (!result.exists) return { ...result, pubkey: result.pubkey.slice(), datakey: result.datakey.slice(), claimedBy: [...result.claimedBy] };
  const { pubkey, datakey, data, revision, signature, type = 1, deleted, status, source, confirmedAt, confirmedBy, floor } = result;
  return {
    pubkey: pubkey.slice(),
    datakey: datakey.slice(),
    type,
    revision,
    signature: signature.slice(),
    data: data.slice(),
    exists: true,
    status,
    source,
    confirmedAt,
    floor,
    confirmedBy: confirmedBy.slice(),
    deleted,
  };
}
