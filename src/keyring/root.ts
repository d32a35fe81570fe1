import type { Bytes } from '../registry/bytes.ts';
import type { Root } from './derivation/index.ts';

/** A root that makes each of its parts once, and can be wiped. */
export interface CachedRoot extends Root {
  wipe(): void;
}

/**
 * @param make how each part is made, at most once
 * @param origin what they are made of; wiped with them
 */
export function cachedRoot(make: Root, origin: Bytes): CachedRoot {
  let seed: Bytes | undefined;
  let miniSecret: Bytes | undefined;
  return {
    seed: () => (seed ??= make.seed()),
    miniSecret: () => (miniSecret ??= make.miniSecret()),
    wipe() {
      for (const bytes of [seed, miniSecret, origin]) bytes?.fill(0);
    },
  };
}
