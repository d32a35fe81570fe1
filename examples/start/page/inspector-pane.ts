import type { Observable } from 'rxjs';
import type * as inspector from '../../../src/inspector/index.ts';
import type { Report } from 'secure-registry/inspect';

/** Where the page's server has the package's inspector. */
const FOLDER = './inspector';

/**
 * Shows the inspector, fed with what the frame reports. It is loaded once the page stands.
 * @param lost$ tells that the frame is gone, and another one reports next, from the start
 */
export async function showInspector(root: HTMLElement, reports$: Observable<Report>, lost$: Observable<unknown>): Promise<void> {
  let view: inspector.InspectorView | undefined;
  const waiting: Report[] = [];
  const fed = reports$.subscribe((report) => {
    if (view === undefined) waiting.push(report);
    else view.take('frame', [report]);
  });
  fed.add(
    lost$.subscribe(() => {
      waiting.length = 0;
      view?.anew('frame');
    }),
  );
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = `${FOLDER}/inspector.css`;
  document.head.append(style);
  const { mountInspector } = await import(`${FOLDER}/inspector.js`).then(
    (loaded) => loaded as typeof inspector,
    (error: unknown) => {
      fed.unsubscribe();
      throw error;
    },
  );
  view = mountInspector(root);
  view.take('frame', waiting.splice(0));
}
