import { toWire } from '../../../src/error.ts';
import { stretch } from '../../../src/keyring/vault/index.ts';
import type { KdfMessage, StretchMessage } from './messages.ts';

/** Stretches one password, for whoever is at the other end of the port. It cannot be aborted but by ending the thread. */
export function serveKdf(port: MessagePort): void {
  const say = (message: KdfMessage, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  let isAsked = false;
  const onMessage = ({ data }: MessageEvent<StretchMessage>): void => {
    if (isAsked) return;
    isAsked = true;
    stretch(data, { signal: new AbortController().signal, onProgress: (progress) => say({ progress }) })
      .then((kek) => say({ kek }, [kek.buffer]))
      .catch((error: unknown) => say({ error: toWire(error) }))
      .finally(() => data.password.fill(0));
  };
  // Listened to until the thread is ended: on Node a thread that listens to nothing ends by itself, maybe before its answer has arrived.
  port.addEventListener('message', onMessage);
  port.start();
}
