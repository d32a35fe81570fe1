import { bootThread } from '../../../../src/link/index.ts';

/** A worker file of another version. */
bootThread(() => {}, { version: 'secure-registry kdf 0' });
