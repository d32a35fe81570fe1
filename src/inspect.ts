/** What happens in a runtime, for whoever looks: streams of reports, connections to visualizers, recordings. */
export { connectInspector, type ConnectionState, type InspectorConnection, type InspectorOptions, type InspectorTarget } from './inspect/connection.ts';
export { readRecording, recordingOf } from './inspect/recording.ts';
export { replayRecording, type Replay, type ReplayDifference } from './inspect/replay.ts';
export { isInspectionEvent, type GapReport, type IncidentReport, type PortalsReport, type Report, type ReportedEntry, type WatchedReport } from './inspect/report.ts';
export { reportsOf, type Inspectable, type Reporter } from './inspect/reports.ts';
export { fromShown } from './inspect/shown-value.ts';
export type { ActorBirth, EventSeen, InspectionEvent, SnapshotTaken } from './link/index.ts';
