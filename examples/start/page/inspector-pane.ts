import type { Observable } from 'rxjs';
import type * as inspector from '../../../src/inspector/index.ts';
import type { Report } from 'secure-registry/inspect';

/** Where the page's server has the package's inspector. */
const FOLDER = './inspector';

/** Shows the inspector, fed with what the frame reports. It is loaded once the page stands. */
export async function showInspector(root: HTMLElement, reports$: Observable<Report>): Promise<void> {
  let view: inspector.InspectorView | undefined;
  const waiting: Report[] = [];
  reports$.subscribe((report) => {
    if (view === undefined) waiting.push(report);
    else view.take('frame', [report]);
  });
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = `${FOLDER}/inspector.css`;
  document.head.append(style);
  const { mountInspector } = (await import(`${FOLDER}/inspector.js`)) as typeof inspector;
  view = mountInspector(root);
  view.take('frame', waiting.splice(0));
}
