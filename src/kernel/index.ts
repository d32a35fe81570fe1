/** The kernel protocol: its messages, and the queries of a kernel as actors. */
export { eventOf, MAPPING, messageOf, type Told } from './mapping.ts';
export { PresentedSeed } from './presented-seed.ts';
export * from './protocol.ts';
export { Queries, type QueriesOptions } from './queries.ts';
export type { RegistrySource } from './source.ts';
export { storageKey } from './storage-key.ts';
