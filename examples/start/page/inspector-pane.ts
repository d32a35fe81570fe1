import type { Observable } from 'rxjs';
import type { Chronicle } from './chronicle.ts';
import type { Report } from './reports.ts';

/** The inspector beside the demo, fed with what the frame reports. */
export function showInspector(_reports$: Observable<Report>, _chronicle: Chronicle): void {}
