import type { Report } from '../../inspect/report.ts';

export type { Report, ReportedEntry as WatchedEntry } from '../../inspect/report.ts';

export type ActorBirth = Extract<Report, { type: '@xstate.actor' }>;
export type EventSeen = Extract<Report, { type: '@xstate.event' }>;
export type SnapshotTaken = Extract<Report, { type: '@xstate.snapshot' }>;
