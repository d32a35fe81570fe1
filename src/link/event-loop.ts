import type { Scheduler } from './inline.ts';

/**
 * Delivers in the next turn of the event loop. For inline links in real time: a timer of the platform's waits a millisecond in Node, and four in
 * a browser once timers are nested.
 */
export const eventLoop: Scheduler = {
  setTimeout(callback) {
    if (typeof setImmediate === 'function') return setImmediate(callback);
    waiting.push(callback);
    wake ??= openWake();
    return wake.postMessage(null, []);
  },
};

const waiting: (() => void)[] = [];
let wake: MessagePort | undefined;

function openWake(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.addEventListener('message', () => waiting.shift()?.());
  port2.start();
  return port1;
}
