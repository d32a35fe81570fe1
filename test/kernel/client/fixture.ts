import { frameClient } from '../../../src/kernel/client/frame-client.ts';
import { FrameLink } from '../../../src/kernel/client/frame-link.ts';
import type { Port, PortEvent } from '../../../src/link/port.ts';
import { StepClock } from '../../machines/step-clock.ts';
import { openDoor } from '../frame/fixture.ts';

/** A client whose port leads to a frame with a runtime that answers when a test says so; in time that passes only when told to. */
export function openClient(options: Parameters<typeof openDoor>[0] = {}) {
  const frame = openDoor(options);
  const clock = new StepClock();
  const views: unknown[] = [];
  const port = frame.connect();
  const link = new FrameLink(port, clock, { view: (size) => void views.push(size) });
  return { ...frame, clock, views, link, client: frameClient(link, clock) };
}

/** A port whose other end is a test: what was posted is kept. */
export class FakePort implements Port {
  readonly posted: Readonly<Record<string, unknown>>[] = [];
  readonly #listeners = new Map<string, Set<(event: PortEvent) => void>>();
  isClosed = false;
  isStarted = false;

  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message) as Readonly<Record<string, unknown>>);
  }
  addEventListener(type: string, listener: (event: PortEvent) => void): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }
  removeEventListener(type: string, listener: (event: PortEvent) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }
  start(): void {
    this.isStarted = true;
  }
  close(): void {
    this.isClosed = true;
  }
  dispatch(type: 'message' | 'close', data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, data });
  }
}

/** A client whose frame is a test. */
export function openFakeClient() {
  const port = new FakePort();
  const clock = new StepClock();
  const link = new FrameLink(port, clock, { view: () => {} });
  return { port, clock, link, client: frameClient(link, clock) };
}
