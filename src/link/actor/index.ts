export { defineActor, type ActorDefinition, type ActorMaker, type AnyActorDefinition, type AnyActorMaker, type EmittedOf, type EventOf, type InputOf, type ServiceOf } from './definition.ts';
export { toDisplay } from './display.ts';
export type { Heartbeat } from './heartbeat.ts';
export { hostActor, type HostedActor, type HostOptions } from './host.ts';
export { spawnInline, type InlineOptions } from './inline.ts';
export type { InspectionEvent } from './inspection.ts';
export { ActorLink, type LinkOptions } from './link.ts';
export type { ActorSnapshot } from './snapshot.ts';
