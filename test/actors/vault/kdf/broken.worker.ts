import { KDF_VERSION } from '../../../../actors/vault/kdf/messages.ts';
import { bootThread } from '../../../../src/link/index.ts';

/** Dies of the password it is given, as for want of memory. */
bootThread(
  ({ port }) => {
    port.addEventListener('message', () => {
      throw new Error('out of memory');
    });
    port.start();
  },
  { version: KDF_VERSION },
);
