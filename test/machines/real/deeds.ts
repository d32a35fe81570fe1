import * as fc from 'fast-check';
import type { ActorName } from '../../../src/runtime/hosting.ts';
import type { PortalFaults, SimulatedStorage } from '../../../src/testing/index.ts';
import { URLS } from '../portal-table.ts';
import type { Stage } from './stage.ts';

/** Something that is done in a world, or to it: never an event of a machine. */
export type Deed =
  | { readonly deed: 'time passes'; readonly milliseconds: number }
  | { readonly deed: 'the machine sleeps'; readonly milliseconds: number }
  | { readonly deed: 'the network'; readonly isOnline: boolean }
  | { readonly deed: 'a portal misbehaves'; readonly portal: number; readonly faults: PortalFaults }
  | { readonly deed: 'a portal is killed' | 'a portal is back' | 'a portal drops all' | 'a portal is rolled back' | 'a portal forgets' | 'a portal denies' | 'a portal says garbage' | 'a portal repeats itself'; readonly portal: number }
  | { readonly deed: 'an author publishes'; readonly portal: number; readonly entry: number }
  | { readonly deed: 'watch' | 'unwatch' | 'write' | 'release' | 'another tab reads' | 'another tab writes'; readonly entry: number }
  | { readonly deed: 'read'; readonly entry: number; readonly maxStaleness: number }
  | { readonly deed: 'retry now' }
  | { readonly deed: 'switch to'; readonly portal: number }
  | { readonly deed: 'the storage'; readonly fault: SimulatedStorage['fault']; readonly delay: number }
  | { readonly deed: 'the storage is held'; readonly isHeld: boolean }
  | { readonly deed: 'the engine'; readonly is: Stage['engine'] }
  | { readonly deed: 'an actor is killed'; readonly actor: ActorName }
  | { readonly deed: 'sockets'; readonly canBe: boolean }
  | { readonly deed: 'a vault is asked'; readonly to: VaultWish; readonly password: 'right' | 'wrong' | 'other'; readonly by: 'us' | 'another tab' }
  | { readonly deed: 'passwords take'; readonly milliseconds: number }
  | { readonly deed: 'a kernel asks'; readonly nonce: number; readonly method: string; readonly entry: number }
  | { readonly deed: 'a kernel closes'; readonly nonce: number }
  | { readonly deed: 'the kernel'; readonly hears: boolean };

/** What is wanted of a vault. */
export type VaultWish = 'create' | 'unlock' | 'lock' | 'keys' | 'sign' | 'export' | 'import' | 'remove' | 'destroy' | 'change password';

const portal = fc.nat(URLS.length - 1);
const entry = fc.nat(1);
const at = <D extends Deed['deed']>(...deeds: D[]) => fc.constantFrom(...deeds);
const FAULTS: readonly PortalFaults[] = [
  {},
  { halfOpen: true },
  { held: true },
  { latency: 300 },
  { latency: 1_200 },
  { latency: 4_000 },
  { sockets: 'hang' },
  { sockets: 'refuse' },
  { sockets: 'mute' },
  { sockets: 'reset' },
  { sockets: 'forge' },
  { sockets: 'stale' },
  { sockets: 'garbage' },
  { sockets: 'huge' },
  { reads: 'not found' },
  { reads: 'mute' },
  { reads: 'error' },
  { reads: 'forge' },
  { reads: 'stale' },
  { reads: 'stale', sockets: 'stale' },
  { reads: 'not found', sockets: 'mute' },
  { writes: 'mute' },
  { writes: 'error' },
];

/** What may be done in a world with portals, some of it more often. */
export const portalDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 24, arbitrary: fc.record({ deed: at('time passes'), milliseconds: fc.oneof(fc.nat(400), fc.nat(3_000), fc.nat(8_000), fc.constantFrom(30_000, 61_000)) }) },
  { weight: 16, arbitrary: fc.record({ deed: at('a portal misbehaves'), portal, faults: fc.constantFrom(...FAULTS) }) },
  { weight: 12, arbitrary: fc.record({ deed: at('a portal is killed', 'a portal is back', 'a portal is back', 'a portal drops all', 'a portal drops all', 'a portal is rolled back', 'a portal forgets', 'a portal says garbage', 'a portal repeats itself'), portal }) },
  { weight: 8, arbitrary: fc.record({ deed: at('an author publishes'), portal, entry }) },
  { weight: 6, arbitrary: fc.record({ deed: at('watch', 'watch', 'watch', 'unwatch', 'write', 'release', 'another tab reads', 'another tab writes'), entry }) },
  { weight: 4, arbitrary: fc.record({ deed: at('read'), entry, maxStaleness: fc.constantFrom(0, 1_000, 60_000) }) },
  { weight: 3, arbitrary: fc.record({ deed: at('switch to'), portal }) },
  { weight: 2, arbitrary: fc.record({ deed: at('the network'), isOnline: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constantFrom<Deed>({ deed: 'retry now' }, { deed: 'the machine sleeps', milliseconds: 60_000 }) },
  { weight: 2, arbitrary: fc.record({ deed: at('the storage'), fault: fc.constantFrom('full' as const, 'blocked' as const, 'closed' as const, undefined, undefined), delay: fc.constantFrom(0, 0, 200) }) },
  { weight: 1, arbitrary: fc.record({ deed: at('the engine'), is: fc.constantFrom('well' as const, 'well' as const, 'stuck' as const, 'broken' as const, 'not chosen' as const) }) },
  { weight: 1, arbitrary: fc.record({ deed: at('sockets'), canBe: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ deed: at('an actor is killed'), actor: fc.constantFrom<ActorName>('portal', 'entries', 'verifier') }) },
);

const calm: fc.Arbitrary<Deed> = fc.record({ deed: at('time passes'), milliseconds: fc.constantFrom(1, 20, 300, 600, 2_000, 10_000) });
const storage: fc.Arbitrary<Deed> = fc.record({ deed: at('the storage'), fault: fc.constantFrom('full' as const, 'blocked' as const, 'closed' as const, undefined, undefined), delay: fc.constantFrom(0, 0, 50) });

/** What may be done to a vault. */
export const vaultDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: calm },
  {
    weight: 14,
    arbitrary: fc.record({
      deed: at('a vault is asked'),
      to: fc.constantFrom<VaultWish>('create', 'create', 'unlock', 'unlock', 'unlock', 'lock', 'lock', 'keys', 'sign', 'export', 'import', 'remove', 'destroy', 'change password'),
      password: fc.constantFrom('right' as const, 'right' as const, 'right' as const, 'wrong' as const, 'other' as const),
      by: fc.constantFrom('us' as const, 'us' as const, 'us' as const, 'another tab' as const),
    }),
  },
  { weight: 4, arbitrary: storage },
  { weight: 2, arbitrary: fc.record({ deed: at('passwords take'), milliseconds: fc.constantFrom(1, 500, 3_000) }) },
  { weight: 1, arbitrary: fc.constantFrom<Deed>({ deed: 'the machine sleeps', milliseconds: 60_000 }, { deed: 'time passes', milliseconds: 25_000 }, { deed: 'an actor is killed', actor: 'vault' }) },
);

/** What may be done by a kernel, to a module in a world with portals. */
export const kernelDeed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ deed: at('time passes'), milliseconds: fc.constantFrom(1, 50, 300, 1_000, 3_000, 12_000, 40_000) }) },
  { weight: 10, arbitrary: fc.record({ deed: at('a kernel asks'), nonce: fc.nat(5), method: fc.constantFrom('registryRead', 'registryWrite', 'registryWrite', 'registrySubscribe', 'no-op', 'nothing'), entry }) },
  { weight: 4, arbitrary: fc.record({ deed: at('a kernel closes'), nonce: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ deed: at('an author publishes'), portal, entry }) },
  { weight: 8, arbitrary: fc.record({ deed: at('a portal misbehaves'), portal, faults: fc.constantFrom(...FAULTS) }) },
  { weight: 4, arbitrary: fc.record({ deed: at('a portal is killed', 'a portal is back'), portal }) },
  { weight: 1, arbitrary: storage },
  { weight: 1, arbitrary: fc.record({ deed: at('sockets'), canBe: fc.boolean() }) },
);
