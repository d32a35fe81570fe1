import { NEVER, Observable, Subject } from 'rxjs';
import type { InspectionEvent } from '../../../src/link/index.ts';
import type { ReadResult } from '../../../src/runtime.ts';
import { readFrameConfiguration, RegistryHost, Door, type Desk, type FrameConfiguration, type WindowMessage } from '../../../src/kernel/frame/index.ts';
import { REGISTRY_MODULE } from '../../../src/kernel.ts';
import type { PageRuntime } from '../../../src/kernel/frame/index.ts';
import { settling, type Settling } from '../../machines/bench.ts';
import { StepClock } from '../../machines/step-clock.ts';

export const APP = 'https://app.example';
export const READER = 'https://reader.example';
export const OWN_LINK = `${'A'.repeat(45)}Q`;

export const configured = (more: object = {}): FrameConfiguration =>
  readFrameConfiguration(JSON.stringify({ portals: ['https://portal.example'], origins: { [APP]: ['read', 'write', 'sign', 'inspect'], [READER]: ['read'], 'https://writer.example': ['write'] }, module: OWN_LINK, ...more }));

/** A runtime that answers when a test says so. */
class FakeRuntime {
  readonly reads: { readonly key: unknown; readonly options: { readonly signal?: AbortSignal } | undefined; readonly answer: Settling<ReadResult> }[] = [];
  readonly writes: { readonly entry: unknown; readonly options: unknown; readonly answer: Settling<{ readonly entryId: Uint8Array }> }[] = [];
  readonly watches: { readonly key: unknown; readonly options: unknown; readonly results: Subject<ReadResult> }[] = [];
  /** One for each that inspects. */
  readonly inspections: Subject<InspectionEvent>[] = [];
  readonly watched = new Subject<never>();
  /** Called with the next thing that is asked. */
  readonly asked: (() => void)[] = [];

  readonly page = {
    read: (key: unknown, options?: { readonly signal?: AbortSignal }) => {
      const answer = settling<ReadResult>();
      this.reads.push({ key, options, answer });
      this.#tell();
      return answer.promise;
    },
    write: (entry: unknown, options?: unknown) => {
      const answer = settling<{ readonly entryId: Uint8Array }>();
      this.writes.push({ entry, options, answer });
      this.#tell();
      return answer.promise;
    },
    watch: (key: unknown, options?: unknown) => {
      const results = new Subject<ReadResult>();
      this.watches.push({ key, options, results });
      this.#tell();
      return results;
    },
    inspect$: new Observable<InspectionEvent>((subscriber) => {
      const events = new Subject<InspectionEvent>();
      const subscription = events.subscribe(subscriber);
      this.inspections.push(events);
      this.#tell();
      return subscription;
    }),
    portals$: NEVER,
    watched$: this.watched,
    incidents$: NEVER,
  } as unknown as PageRuntime;

  /** Waits until a condition holds that comes of something being asked. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.asked.push(resolve));
  }

  #tell(): void {
    for (const tell of this.asked.splice(0)) tell();
  }
}

export interface Posted {
  readonly message: Readonly<Record<string, unknown>>;
  readonly target: string;
}

/** A window of a frame in a page, as the door sees it; what it posts to the page is kept. */
export class FakeFrameWindow {
  readonly posted: Posted[] = [];
  readonly parent: { postMessage(message: unknown, target: string): void };
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  constructor() {
    this.parent = { postMessage: (message, target) => void this.posted.push({ message: structuredClone(message) as Posted['message'], target }) };
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }
  removeEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }
  dispatch(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }
}

/** An open door, and a page in front of it. */
export function openDoor({ configuration = configured(), ancestors = [APP], desk, ready = Promise.resolve() }: { configuration?: FrameConfiguration; ancestors?: readonly string[] | null; desk?: Desk; ready?: Promise<void> } = {}) {
  const runtime = new FakeRuntime();
  const clock = new StepClock();
  const window = new FakeFrameWindow();
  let nonces = 0;
  const started = ready.then(() => runtime.page);
  const door = new Door({
    window,
    ancestors: ancestors ?? undefined,
    configuration,
    host: new RegistryHost({ links: configuration.modules, runtime: started, clock, desk }),
    ready: started,
    clock,
    random: (bytes) => bytes.fill(++nonces),
    version: '1.2.3',
  });
  const send = (message: Partial<WindowMessage>): void => window.dispatch('message', Object.defineProperties({ source: window.parent, origin: APP, data: undefined, ports: [] }, Object.getOwnPropertyDescriptors(message)));
  return {
    door,
    window,
    runtime,
    clock,
    send,
    /** What was posted to the page, but for how far the frame is. */
    answers: () => window.posted.map(({ message }) => message).filter(({ method }) => method !== 'kernelAuthStatus'),
    /** Asks as the page's window does. */
    call: (method: string, data: unknown, more: object = {}, origin: string = APP): void => send({ origin, data: { method: 'moduleCall', nonce: 'n', data: { module: REGISTRY_MODULE, method, data }, sendKernelNonce: false, ...more } }),
    /** Connects a port as `connectFrame` does. */
    connect: (origin: string = APP): MessagePort => {
      const { port1, port2 } = new MessageChannel();
      send({ origin, data: { method: 'connectFrame', nonce: 0 }, ports: [port2] });
      return port1;
    },
  };
}

/** Every microtask that is due has run. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};
