import { threadKdf } from '../../../../actors/vault/kdf/thread-kdf.ts';
import { stretch, type KdfRequest } from '../../../../src/keyring/vault/index.ts';
import { bootThread } from '../../../../src/link/index.ts';
import { realClock } from '../../../../src/world.ts';

/** A worker that has passwords stretched: told where the KDF's worker is, answers each request; `local` tells how often this thread had to do it. */
bootThread(({ port, input }) => {
  let local = 0;
  const kdf = threadKdf({ source: input as string, clock: realClock, local: (request, options) => (local++, stretch(request, options)) });
  port.addEventListener('message', ({ data }: MessageEvent<KdfRequest>) => {
    void kdf(data, { signal: new AbortController().signal, onProgress: () => {} }).then((kek) => port.postMessage({ kek, local }, []));
  });
  port.start();
});
