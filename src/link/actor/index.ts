export { defineActor, type AnyActorDefinition, type AnyActorMaker, type EmittedOf, type EventOf, type InputOf } from './definition.ts';
export { toDisplayJson } from './display.ts';
export { hostActor } from './host.ts';
export type { Urgency } from './heartbeat.ts';
export { spawnInline } from './inline.ts';
export type { ActorBirth, EventSeen, InspectionEvent, SnapshotTaken } from './inspection.ts';
export { ActorLink } from './link.ts';
export type { ActorSnapshot } from './snapshot.ts';
