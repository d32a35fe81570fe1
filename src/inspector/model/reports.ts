import type { InspectionEvent } from '../../link/index.ts';

export type { GapReport, IncidentReport, PortalsReport, Report, ReportedEntry as WatchedEntry, WatchedReport } from '../../inspect/report.ts';

export type ActorBirth = Extract<InspectionEvent, { type: '@xstate.actor' }>;
export type EventSeen = Extract<InspectionEvent, { type: '@xstate.event' }>;
export type SnapshotTaken = Extract<InspectionEvent, { type: '@xstate.snapshot' }>;
