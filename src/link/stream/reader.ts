import type { Subscriber } from 'rxjs';
import { fromWire, RegistryError } from '../../error.ts';
import type { Port, PortEvent } from '../port.ts';
import { isFrame, type Credit } from './frame.ts';

/** The receiving end of a stream: passes values on and acknowledges frames. Returns what stops it. */
export function readStream(port: Port, subscriber: Subscriber<unknown>): () => void {
  const say = (credit: Credit): void => port.postMessage(credit);
  const receive = ({ data }: PortEvent): void => {
    if (!isFrame(data)) return;
    for (const value of data.values) subscriber.next(value);
    if (subscriber.closed) return;
    if (data.last === undefined) return data.isQuiet === true ? undefined : say('ack');
    if (data.last.error === undefined) subscriber.complete();
    else subscriber.error(fromWire(data.last.error));
  };
  const lost = (): void => subscriber.error(new RegistryError('WORKER_GONE', 'the stream ended without a word'));
  port.addEventListener('message', receive);
  port.addEventListener('close', lost);
  port.start();
  return () => {
    port.removeEventListener('message', receive);
    port.removeEventListener('close', lost);
    // Chromium has no close event: closing alone would leave the source subscribed for ever.
    say('close');
    port.close();
  };
}
