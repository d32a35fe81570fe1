// The workers of a runtime, watched from outside: the same file that it would start, after a probe.
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { collectedMemory } from './memory.mjs';
import { secondsOfTask, sum } from './processor-time.mjs';

const PROBE = new URL('thread-probe.mjs', import.meta.url).href;
const WORKER = fileURLToPath(import.meta.resolve('secure-registry/worker.js'));

/** One worker. Its probe's first word is what it is for the system. */
class ProbedWorker {
  #asked = 0;
  #port;
  #waiting = new Map();

  constructor(actor) {
    const { port1, port2 } = new MessageChannel();
    this.actor = actor;
    this.#port = port1;
    this.task = new Promise((resolve) => void this.#waiting.set(undefined, ({ task }) => resolve(task)));
    port1.on('message', (answer) => this.#waiting.get(answer.id)(answer));
    this.worker = new Worker(WORKER, { name: actor, execArgv: ['--import', PROBE], workerData: { probe: port2 }, transferList: [port2] });
    port1.unref();
  }

  memory() {
    const id = ++this.#asked;
    this.#port.ref();
    return new Promise((resolve) => {
      this.#waiting.set(id, ({ memory }) => {
        this.#waiting.delete(id);
        this.#port.unref();
        resolve(memory);
      });
      this.#port.postMessage({ id }, []);
    });
  }
}

export class Threads {
  #workers = [];
  #onEnd;
  /** The name of the first worker that ended, if one ever does: the runtime replaces it, and what is measured is no longer what was begun. */
  ended = new Promise((resolve) => void (this.#onEnd = resolve));

  /** For `createRuntime`. */
  workers = (actor) => {
    const probed = new ProbedWorker(actor);
    this.#workers.push(probed);
    probed.worker.once('exit', () => this.#onEnd(actor));
    return probed.worker;
  };

  /** Seconds of processor time that the threads of this actor have had; undefined where the system does not tell. */
  async secondsOf(actor) {
    const tasks = await Promise.all(this.#workers.filter((probed) => probed.actor === actor).map(({ task }) => task));
    return sum(tasks.map(secondsOfTask));
  }

  /** Bytes that all threads together hold, this one among them, once their garbage is collected. */
  async memory() {
    const all = await Promise.all([collectedMemory(), ...this.#workers.map((probed) => probed.memory())]);
    return sum(all);
  }
}
