export * from './actor/index.ts';
export { connect, Connection } from './connection.ts';
export { eventLoop } from './event-loop.ts';
export { inlineChannel, type Scheduler } from './inline.ts';
export { channelLike, type Port } from './port.ts';
export { serve, type Serving } from './serve.ts';
export type { CallContext } from './service.ts';
export { conflate, type Conflated, type StreamLimits } from './stream/index.ts';
export * from './thread/index.ts';
