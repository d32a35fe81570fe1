import { NEVER, type Observable } from 'rxjs';
import type { PortalView } from 'secure-registry';
import type { FrameClient } from 'secure-registry/kernel';

export type Report =
  | { readonly type: '@secure-registry.portals'; readonly portals: readonly PortalView[] }
  | { readonly type: '@xstate.actor' | '@xstate.event'; readonly sessionId: string }
  | { readonly type: '@xstate.snapshot'; readonly sessionId: string; readonly snapshot: unknown };

export const reportsOfFrame = (frame: FrameClient): Observable<Report> => (frame as { reports$?: Observable<Report> }).reports$ ?? NEVER;
