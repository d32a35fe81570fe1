export type { SimulatedAuthor } from './author.ts';
export type { SimulatedClock } from './clock.ts';
export type { CannedAnswer, PortalFaults, ReadFault, SocketFault, WriteFault } from './faults.ts';
export type { SimulatedPortal, SimulatedPortalOptions, SimulatedTraffic } from './simulated-portal.ts';
export type { SimulatedProcess } from './simulated-processes.ts';
export type { SimulatedStorage } from './simulated-storage.ts';
export { SimulatedWorld, type SimulatedWorldOptions } from './simulated-world.ts';
export type { WorldEvent } from './surroundings.ts';
