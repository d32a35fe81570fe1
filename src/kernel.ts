/** The kernel protocol, a runtime in a frame, and the bridge for programs that were written for a kernel. */
export * from './kernel/protocol.ts';
export { eventOf, MAPPING, messageOf, type Told } from './kernel/mapping.ts';
export { REGISTRY_MODULE } from './kernel/registry-module.ts';
export * from './kernel/client/index.ts';
export { framePage, framePolicy, type FramePageOptions } from './kernel/frame-page.ts';
export type { OriginLimits, Permission } from './kernel/frame/configuration.ts';
