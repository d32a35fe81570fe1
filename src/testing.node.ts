export * from './testing.ts';
export { runPortalConformance, type ConformanceCheck, type ConformanceOptions, type ConformanceReport } from './testing/conformance.node.ts';
export { FaultyPortal, type FaultyPortalOptions } from './testing/faulty-portal.node.ts';
export type { AwaitedTraffic } from './testing/traffic.ts';
