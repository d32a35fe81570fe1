import { Subscription, type Observable } from 'rxjs';
import { RegistryError, toWire } from '../../error.ts';
import type { Port, PortEvent } from '../port.ts';
import { Conflated } from './conflated.ts';
import type { Credit, Ending, Frame } from './frame.ts';
import { Newest, Queue, type Waiting } from './waiting.ts';

export interface StreamLimits {
  /** Frames that may be on their way unacknowledged. Default 16. */
  readonly window?: number | undefined;
  /** Values that may wait for credit; one more ends the stream with `THROTTLED`. Default 65,536. */
  readonly buffer?: number | undefined;
}

/** A larger frame would keep the reader's thread in one turn for too long. */
const MAX_FRAME_VALUES = 1024;

/**
 * The sending end of a stream. The values of one turn travel in one frame; without credit they wait, and then travel together.
 * An rxjs source cannot be told to wait: where the reader falls behind by more than `buffer` values, the stream delivers what it has and ends with
 * `THROTTLED`.
 */
export class StreamWriter {
  readonly #port: Port;
  readonly #waiting: Waiting;
  readonly #window: number;
  readonly #buffer: number;
  readonly #source = new Subscription();
  readonly #closed: () => void;
  /** Of so many frames one is acknowledged. */
  readonly #group: number;
  #inFlight = 0;
  /** Frames since the last one that is to be acknowledged. */
  #quiet = 0;
  #turn: 'idle' | 'scheduled' = 'idle';
  #ending: Ending | undefined;
  #state: 'streaming' | 'draining' | 'ended' = 'streaming';

  /** Subscribes the source before it returns: what comes later is seen. `closed` is called once, when the reader has left or was left. */
  constructor(port: Port, source: Observable<unknown> | Conflated<unknown>, { window = 16, buffer = 65_536 }: StreamLimits, closed: () => void) {
    this.#port = port;
    this.#window = window;
    this.#group = Math.ceil(window / 4);
    this.#buffer = buffer;
    this.#closed = closed;
    this.#waiting = source instanceof Conflated ? new Newest(source.key) : new Queue();
    port.addEventListener('message', this.#receive);
    port.addEventListener('close', this.#leave);
    port.start();
    this.#source.add(
      (source instanceof Conflated ? source.values : source).subscribe({
        next: (value) => this.#put(value),
        error: (error: unknown) => this.end(error),
        complete: () => this.#drain({}),
      }),
    );
  }

  /** Ends the stream with an error, after what still waits. */
  end(error: unknown): void {
    this.#drain({ error: toWire(error) });
  }

  /** Leaves without a word. */
  close(): void {
    this.#leave();
  }

  #put(value: unknown): void {
    if (this.#state !== 'streaming') return;
    try {
      this.#waiting.put(value);
    } catch (error) {
      this.end(error);
      return;
    }
    if (this.#waiting.size > this.#waiting.most(this.#buffer)) {
      this.end(new RegistryError('THROTTLED', 'the reader of a stream fell behind', { hint: `At most ${this.#buffer} values wait; subscribe again.` }));
      return;
    }
    this.#schedule();
  }

  #drain(ending: Ending): void {
    if (this.#state !== 'streaming') return;
    this.#state = 'draining';
    this.#ending = ending;
    this.#source.unsubscribe();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#turn === 'scheduled') return;
    this.#turn = 'scheduled';
    queueMicrotask(() => {
      this.#turn = 'idle';
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#state !== 'ended' && this.#inFlight < this.#window && (this.#waiting.size > 0 || this.#ending)) {
      const values = this.#waiting.take(MAX_FRAME_VALUES);
      this.#inFlight++;
      if (this.#ending && this.#waiting.size === 0) this.#post({ values, last: this.#ending });
      else if (++this.#quiet < this.#group) this.#post({ values, isQuiet: true });
      else {
        this.#quiet = 0;
        this.#post({ values });
      }
    }
  }

  #post(frame: Frame): void {
    try {
      this.#port.postMessage(frame, []);
    } catch (error) {
      this.#source.unsubscribe();
      const refused = new RegistryError('UNSUPPORTED', 'a value of the stream cannot cross a thread', { cause: error });
      this.#post({ values: [], last: { error: toWire(refused) } });
      return;
    }
    // The port stays open: the reader closes it once the last frame has arrived.
    if (frame.last) this.#state = 'ended';
  }

  readonly #receive = ({ data }: PortEvent): void => {
    const credit = data as Credit;
    if (credit === 'close') this.#leave();
    if (credit !== 'ack') return;
    this.#inFlight = Math.max(0, this.#inFlight - this.#group);
    this.#pump();
  };

  readonly #leave = (): void => {
    this.#state = 'ended';
    this.#source.unsubscribe();
    this.#waiting.take(Infinity);
    this.#port.removeEventListener('message', this.#receive);
    this.#port.removeEventListener('close', this.#leave);
    this.#port.close();
    this.#closed();
  };
}
