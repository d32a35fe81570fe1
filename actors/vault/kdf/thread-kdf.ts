import { unlessAborted } from '../../../src/abort.ts';
import { aborted, fromWire } from '../../../src/error.ts';
import { KEK_BYTES, takeKdfRequest, type Kdf, type KdfRequest } from '../../../src/keyring/vault/index.ts';
import { startThread, type StartedThread, type ThreadSource } from '../../../src/link/index.ts';
import { takeBytes, type Bytes } from '../../../src/registry/bytes.ts';
import type { Clock } from '../../../src/world.ts';
import { KDF_VERSION, type KdfMessage, type StretchMessage } from './messages.ts';

/** How long a worker may take to start, in milliseconds. */
const BOOT_DEADLINE = 5_000;

export interface ThreadKdfOptions {
  readonly source: ThreadSource;
  readonly clock: Clock;
  /** Stretches where no worker can be had: scripts that are not served, policies that forbid them. */
  readonly local: Kdf;
}

/**
 * Stretches each password in a worker of its own, which is terminated when it is done, failed or aborted: what it leaves in its memory ends with it.
 * Rejects with `INVALID_INPUT`, `ABORTED`, or `WORKER_GONE` if the worker dies over it, as for want of memory.
 */
export function threadKdf({ source, clock, local }: ThreadKdfOptions): Kdf {
  return async (request, options) => {
    if (options.signal.aborted) throw aborted(options.signal.reason);
    const own = takeKdfRequest(request);
    try {
      // Whatever keeps it from starting, the password was not given away yet.
      const starting = startThread(source, { name: 'kdf', input: undefined, version: KDF_VERSION, bootDeadline: BOOT_DEADLINE, clock }).catch(() => undefined);
      const started = await unlessAborted(starting, options.signal, (late) => late && end(late));
      return await (started === undefined ? local(own, options) : stretchIn(started, own, options));
    } finally {
      own.password.fill(0);
    }
  };
}

async function stretchIn(started: StartedThread, request: KdfRequest, { signal, onProgress }: Parameters<Kdf>[1]): Promise<Bytes> {
  try {
    return await unlessAborted(answerOf(started, request, onProgress), signal, (late) => late.fill(0));
  } finally {
    end(started);
  }
}

function answerOf({ thread, port }: StartedThread, { password, salt, memory, passes }: KdfRequest, onProgress: (ratio: number) => void): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ data }: MessageEvent<KdfMessage>): void => {
      try {
        if ('progress' in data) onProgress(data.progress);
        else if ('error' in data) reject(fromWire(data.error));
        else resolve(takeAnswer(data.kek));
      } catch (error) {
        reject(error); // thrown on, it would end as an uncaught error of this thread
      }
    };
    port.addEventListener('message', onMessage);
    port.start();
    void thread.gone.then(reject);
    const message: StretchMessage = { password: password.slice(), salt, memory, passes };
    port.postMessage(message, [message.password.buffer]);
  });
}

/** The message's copy is ours alone, and ends here. */
function takeAnswer(kek: Bytes): Bytes {
  const taken = takeBytes(kek, 'kek', KEK_BYTES);
  kek.fill(0);
  return taken;
}

function end({ thread, port }: StartedThread): void {
  port.close();
  thread.terminate();
}
