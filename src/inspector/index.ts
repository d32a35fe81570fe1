import { h, render } from 'preact';
import { elkInWorker, Layouts } from './chart/layout.ts';
import type { Report } from './model/reports.ts';
import { Sources } from './model/sources.ts';
import { Player } from './recording.ts';
import { App, type Showing } from './view/app.tsx';
import { Frames } from './view/frames.ts';

export type { Report } from './model/reports.ts';
export { recordedReports } from './recording.ts';

/** The name that a recording's runtime has. */
const RECORDED = 'recording';

export interface InspectorOptions {
  /** Starts the worker that lays out charts, when the first is shown. Default: `elk-worker.js` beside the script. */
  readonly layoutWorker?: () => Worker;
}

/** An inspector in a page. */
export interface InspectorView {
  /** Takes what is told of a runtime, in its order. @param source the runtime's name; there may be any number */
  take(source: string, reports: readonly Report[]): void;
  /** What is told of the runtime next begins from the start: births of all that live, all that is watched. The log stays. */
  anew(source: string): void;
  /** The runtime has left; what is known of it stays. */
  gone(source: string): void;
  /** Says how things stand between the page and what it looks at; an empty text says nothing. */
  note(text: string, isTrouble?: boolean): void;
  /** Shows a recording, to be played, in the place of all that was shown. */
  play(reports: readonly Report[]): void;
  /** Takes it out of the page, and ends the worker. */
  dispose(): void;
}

/**
 * Shows what becomes of runtimes: statecharts with their current states lit, events, messages between actors, watched entries, portals, incidents.
 * It is drawn as `inspector.css` says. What it keeps is bounded, so it may be open for days.
 * @param root an element of its own, of which it fills the height
 */
export function mountInspector(root: HTMLElement, { layoutWorker = ownWorker }: InspectorOptions = {}): InspectorView {
  const frames = new Frames();
  const sources = new Sources(frames.request);
  const showing: Showing = { note: undefined, player: undefined };
  const workers: Worker[] = [];
  const layouts = new Layouts(() =>
    elkInWorker(() => {
      const worker = layoutWorker();
      workers.push(worker);
      return worker;
    }),
  );
  root.classList.add('secure-registry-inspector');
  render(h(App, { sources, showing, layouts, frames }), root);
  return {
    take: (source, reports) => sources.take(source, reports),
    anew: (source) => sources.anew(source),
    gone: (source) => sources.gone(source),
    note(text, isTrouble = false) {
      showing.note = text === '' ? undefined : { text, isTrouble };
      frames.request();
    },
    play(reports) {
      sources.clear();
      sources.take(RECORDED, []);
      const clear = (): void => {
        sources.clear();
        sources.take(RECORDED, []);
      };
      showing.player = new Player(reports, { clear, show: (shown) => sources.take(RECORDED, shown) });
      frames.request();
    },
    dispose() {
      frames.dispose();
      render(null, root);
      root.classList.remove('secure-registry-inspector');
      for (const worker of workers) worker.terminate();
    },
  };
}

const ownWorker = (): Worker => new Worker(new URL('./elk-worker.js', import.meta.url), { name: 'chart layout' });
