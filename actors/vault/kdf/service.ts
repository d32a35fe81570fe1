import { toWire } from '../../../src/error.ts';
import { stretch } from '../../../src/keyring/vault/index.ts';
import type { KdfMessage, StretchMessage } from './messages.ts';

/** Stretches one password, for whoever is at the other end of the port. It cannot be aborted but by ending the thread. */
export function serveKdf(port: MessagePort): void {
  const say = (message: KdfMessage, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  const onMessage = ({ data }: MessageEvent<StretchMessage>): void => {
    stretch(data, { signal: new AbortController().signal, onProgress: (progress) => say({ progress }) })
      .then((kek) => say({ kek }, [kek.buffer]))
      .catch((error: unknown) => say({ error: toWire(error) }))
      .finally(() => data.password.fill(0));
  };
  port.addEventListener('message', onMessage, { once: true });
  port.start();
}
