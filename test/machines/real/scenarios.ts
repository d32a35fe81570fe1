import type { Policy } from '../../../src/index.ts';
import type { PortalFaults } from '../../../src/testing/index.ts';
import type { Deed, VaultWish } from './deeds.ts';

/** Deeds that lead somewhere. */
export interface Scenario {
  readonly name: string;
  readonly deeds: readonly Deed[];
  readonly policy?: Partial<Policy>;
  readonly seed?: number;
}

const pass = (milliseconds: number): Deed => ({ deed: 'time passes', milliseconds });
const is = (portal: number, faults: PortalFaults): Deed => ({ deed: 'a portal misbehaves', portal, faults });
const all = (faults: PortalFaults): readonly Deed[] => [0, 1, 2].map((portal) => is(portal, faults));
const killed = (...portals: number[]): readonly Deed[] => portals.map((portal) => ({ deed: 'a portal is killed', portal }));
const back = (...portals: number[]): readonly Deed[] => portals.map((portal) => ({ deed: 'a portal is back', portal }));
const drops = (portal: number): Deed => ({ deed: 'a portal drops all', portal });
const switchTo = (portal: number): Deed => ({ deed: 'switch to', portal });
const published = (portal: number, entry = 0): Deed => ({ deed: 'an author publishes', portal, entry });
const read = (maxStaleness = 0, entry = 0): Deed => ({ deed: 'read', entry, maxStaleness });
const network = (isOnline: boolean): Deed => ({ deed: 'the network', isOnline });
const watch: Deed = { deed: 'watch', entry: 0 };
const retry: Deed = { deed: 'retry now' };
/** The entry is watched through portal 0. */
const live: readonly Deed[] = [published(0), pass(1_000), watch, pass(1_000)];
const MUTE: PortalFaults = { halfOpen: true };
/** Caught at a forgery over HTTP. */
const caught = (portal: number): readonly Deed[] => [is(portal, { reads: 'forge' }), read(), pass(1_500), is(portal, {})];

/** Where the portal actor, its connections, the verifier and the entries are led. */
export const portalScenarios: readonly Scenario[] = [
  { name: 'a live portal falls silent, and the others take its place one after the other', deeds: [...live, is(0, MUTE), pass(20_000), is(1, MUTE), pass(20_000), is(2, MUTE), pass(20_000), ...all({}), pass(60_000)] },
  { name: 'a live portal that is asked for a proof early is mute', deeds: [...live, is(0, MUTE), retry, pass(10), switchTo(2), pass(3_000)] },
  { name: 'a live portal is mute when it is asked for a proof, and somebody switches meanwhile', deeds: [...live, pass(3_900), is(0, MUTE), pass(300), switchTo(2), pass(900)] },
  { name: 'a live portal is mute, and there is no other', deeds: [...live, ...killed(1, 2), is(0, MUTE), retry, pass(20_000)] },
  { name: 'a live portal is slow to answer a proof, and nobody else is there', deeds: [...live, is(1, MUTE), is(2, MUTE), is(0, { latency: 1_500 }), pass(30_000)] },
  { name: 'the same, asked early', deeds: [...live, is(1, MUTE), is(2, MUTE), is(0, { latency: 1_500 }), retry, pass(10_000)] },
  { name: 'a switch to a mute portal from one that falls silent', deeds: [...live, is(0, MUTE), is(2, MUTE), switchTo(2), retry, pass(20_000)] },
  { name: 'a switch is taken back', deeds: [...live, is(2, MUTE), switchTo(2), pass(100), switchTo(0), pass(1_000), switchTo(2), pass(9_000)] },
  { name: 'a portal is left, and drops what is left of it', deeds: [...live, switchTo(2), pass(100), drops(0), pass(3_000), switchTo(0), pass(9_000)] },
  { name: 'a portal is left; its successor is lost, and then it', deeds: [...live, switchTo(2), pass(100), is(0, { sockets: 'refuse' }), is(1, { sockets: 'refuse' }), ...killed(2), pass(50), drops(0), pass(5_000)] },
  { name: 'the same, while another one is tried', deeds: [...live, switchTo(2), pass(100), is(0, { sockets: 'refuse' }), is(1, MUTE), ...killed(2), pass(50), drops(0), pass(5_000)] },
  { name: 'somebody asks for a portal in quarantine, while one is sought and while none is there', deeds: [...live, ...caught(2), is(0, MUTE), is(1, MUTE), drops(0), pass(20), switchTo(2), pass(20), ...killed(0, 1), pass(50), switchTo(2), pass(9_000)] },
  { name: 'nobody wants anything, and somebody asks for a portal', deeds: [switchTo(1), pass(10), watch, pass(1_000), { deed: 'unwatch', entry: 0 }, pass(40_000), switchTo(0), pass(10)] },
  { name: 'the network comes and goes', deeds: [...live, network(false), pass(20), network(true), pass(3_000), network(false), pass(100_000), network(true), pass(9_000)] },
  { name: 'the machine sleeps without a network, which comes back', deeds: [...live, network(false), pass(60_000), { deed: 'the machine sleeps', milliseconds: 60_000 }, pass(4_000), network(true), pass(9_000)] },
  { name: 'portals are gone, and somebody tries again', deeds: [...live, ...killed(0, 1, 2), pass(9_000), retry, pass(100), switchTo(1), pass(20_000), ...back(0, 1, 2), pass(9_000)] },
  { name: 'a portal is caught in its check', deeds: [...live, is(1, { sockets: 'huge' }), is(2, { sockets: 'huge' }), pass(125_000)] },
  { name: 'all portals are caught, and one is let off while another is checked', policy: { quarantineBase: 20_000, checkInterval: 3_000 }, deeds: [...live, ...caught(0), ...caught(1), ...caught(2), is(1, MUTE), is(2, MUTE), pass(30_000)] },
  { name: 'the platform opens no sockets', deeds: [{ deed: 'sockets', canBe: false }, watch, pass(3_000), { deed: 'sockets', canBe: true }, pass(9_000)] },
  { name: 'more comes than can be verified, on a socket that cannot be paused', deeds: [...live, { deed: 'the engine', is: 'stuck' }, published(0), pass(10), { deed: 'a portal repeats itself', portal: 0 }, pass(3_000), { deed: 'the engine', is: 'well' }, pass(9_000)] },
  { name: 'reports wait for the engine, or for another one', deeds: [{ deed: 'the engine', is: 'stuck' }, { deed: 'an actor is killed', actor: 'verifier' }, pass(300), ...live, { deed: 'the engine', is: 'well' }, pass(1_000), { deed: 'the engine', is: 'broken' }, published(0), pass(3_000), { deed: 'the engine', is: 'not chosen' }, { deed: 'an actor is killed', actor: 'verifier' }, pass(3_000)] },
  { name: 'the storage cannot be closed', deeds: [...live, { deed: 'the storage is held', isHeld: true }] },
  { name: 'a portal that is better is there again', deeds: [...live, ...killed(0), pass(9_000), ...back(0), pass(200_000)] },
  { name: 'a portal serves less than others', deeds: [...live, is(1, { sockets: 'stale', reads: 'stale' }), switchTo(1), published(0), pass(20_000), is(1, {}), pass(40_000)] },
];

/** Where entries are led. */
export const entryScenarios: readonly Scenario[] = [
  { name: 'an entry that nobody has, and no portal can be asked for', deeds: [...all({ reads: 'error' }), watch, pass(20_000)] },
  { name: 'no portal answers over HTTP, and the live one says that there is none', deeds: [...all({ reads: 'mute' }), watch, pass(20_000)] },
  { name: 'a live portal pushes an older one after the newest', deeds: [...live, is(0, { sockets: 'reorder' }), published(0), published(0), pass(3_000)] },
  { name: 'a live portal says that there is none of what it has served', deeds: [...live, { deed: 'a portal denies', portal: 0 }, pass(3_000)] },
  { name: 'no portal is there, then one that has it', deeds: [...killed(0, 1, 2), watch, pass(15_000), ...back(0, 1, 2), published(0), pass(9_000)] },
  { name: 'no portal can be reached, then one that answers on its socket alone', deeds: [...all({ reads: 'error', sockets: 'hang' }), watch, pass(12_000), published(0), ...all({ reads: 'error' }), pass(9_000)] },
  { name: 'no portal is there, then those that have it not', deeds: [...killed(0, 1, 2), watch, pass(15_000), ...back(0, 1, 2), pass(9_000)] },
  { name: 'no portal is there, then one that is silent about what it has not', deeds: [...killed(0, 1, 2), watch, pass(15_000), ...back(1), pass(20_000)] },
  { name: 'no portal takes sockets, and none answers, then one does that has it', deeds: [...all({ sockets: 'refuse', reads: 'error' }), watch, pass(15_000), published(0), ...all({ sockets: 'refuse' }), read(), pass(9_000)] },
  { name: 'no portal takes sockets, and none answers, then all say that there is none, and then they take sockets', deeds: [...all({ sockets: 'refuse', reads: 'error' }), watch, pass(15_000), ...all({ sockets: 'refuse' }), read(), pass(9_000), is(1, {}), pass(9_000)] },
  { name: 'no portal answers over HTTP, the live one is silent about what it has not, and then they answer', deeds: [...all({ reads: 'error' }), switchTo(1), watch, pass(8_000), ...all({}), pass(9_000)] },
  { name: 'no portal is there, and another tab finds one', deeds: [...killed(0, 1, 2), watch, pass(15_000), ...back(0, 1, 2), { deed: 'another tab writes', entry: 0 }, pass(9_000)] },
  { name: 'another tab writes what nobody has', deeds: [watch, pass(3_000), { deed: 'another tab writes', entry: 0 }, pass(3_000), { deed: 'another tab writes', entry: 0 }, pass(3_000)] },
];

const vault = (to: VaultWish, password: 'right' | 'wrong' | 'other' = 'right', by: 'us' | 'another tab' = 'us'): Deed => ({ deed: 'a vault is asked', to, password, by });
const storage = (fault: 'full' | 'blocked' | 'closed' | undefined, delay = 0): Deed => ({ deed: 'the storage', fault, delay });
const takes = (milliseconds: number): Deed => ({ deed: 'passwords take', milliseconds });
const made: readonly Deed[] = [takes(1), vault('create'), pass(300)];
const locked: readonly Deed[] = [...made, vault('lock'), pass(100)];
const wrong: readonly Deed[] = Array.from({ length: 6 }, () => [vault('unlock', 'wrong'), pass(100)]).flat();

/** Where the vault is led. */
export const vaultScenarios: readonly Scenario[] = [
  { name: 'it is made, locked and unlocked, and a task of each kind is done', deeds: [...made, vault('create'), pass(300), vault('unlock'), pass(300), vault('export'), pass(300), vault('import'), pass(300), vault('lock'), pass(100), vault('create'), pass(300), vault('export'), pass(300), vault('unlock'), pass(300)] },
  { name: 'there is none', deeds: [vault('unlock'), pass(300), vault('export'), pass(300), vault('lock'), pass(10)] },
  { name: 'it is locked while it is being looked at', deeds: [storage(undefined, 200), vault('lock'), pass(1_000)] },
  { name: 'its storage cannot be read', deeds: [storage('blocked'), vault('unlock'), pass(1_000), vault('create'), pass(1_000), vault('export'), pass(1_000), storage(undefined), vault('create'), pass(1_000)] },
  { name: 'its storage fails under an open vault', deeds: [...made, storage('closed'), vault('import'), pass(1_000), storage(undefined), vault('unlock'), pass(1_000), takes(500), vault('export'), pass(100), storage('blocked'), pass(3_000)] },
  { name: 'its storage fails under a locked vault', deeds: [...locked, storage('closed'), vault('unlock'), pass(1_000), storage(undefined), vault('export'), pass(1_000), storage('closed'), vault('export'), pass(1_000)] },
  { name: 'a wrong password, over and over', deeds: [...locked, ...wrong, pass(120_000), vault('export', 'wrong'), pass(100), vault('create'), pass(100), vault('export', 'wrong'), pass(100), vault('lock'), pass(100)] },
  { name: 'a wrong password to an open vault', deeds: [...made, ...Array.from({ length: 6 }, () => [vault('export', 'wrong'), pass(100)]).flat(), vault('unlock'), pass(300)] },
  { name: 'each task is given up', deeds: [takes(3_000), vault('create'), pass(100), vault('lock'), pass(3_000), ...locked, takes(3_000), vault('unlock'), pass(100), vault('lock'), pass(3_000), vault('export'), pass(100), vault('lock'), pass(3_000)] },
  { name: 'a task is given up while the storage fails', deeds: [...locked, takes(3_000), vault('unlock'), pass(100), storage('blocked'), vault('lock'), pass(3_000), storage('closed'), pass(10), vault('unlock'), pass(10), vault('lock'), pass(3_000)] },
  { name: 'nobody uses it', deeds: [...made, pass(30_000), vault('unlock'), pass(1_000), { deed: 'the machine sleeps', milliseconds: 60_000 }, pass(10_000)] },
  { name: 'it is locked while it is changed', deeds: [...made, takes(60_000), vault('export'), pass(100), vault('lock'), pass(100)] },
  { name: 'nobody uses it while it is changed', deeds: [...made, takes(60_000), vault('export'), pass(30_000)] },
  { name: 'the machine sleeps while it is changed', deeds: [...made, takes(600_000), vault('export'), pass(100), { deed: 'the machine sleeps', milliseconds: 60_000 }, pass(10_000)], policy: { vaultIdle: 900_000 } },
  { name: 'it is destroyed', deeds: [...made, vault('destroy'), pass(1_000), vault('create'), pass(1_000), vault('lock'), pass(100), vault('destroy'), pass(1_000)] },
  { name: 'another tab destroys it', deeds: [...made, pass(1_000), vault('destroy', 'right', 'another tab'), pass(9_000)] },
  { name: 'another tab destroys it while it is opened here, and is given up', deeds: [...locked, takes(3_000), vault('unlock'), pass(100), takes(1), vault('destroy', 'right', 'another tab'), pass(400), vault('lock'), pass(9_000)] },
  { name: 'there is one when the actor starts', deeds: [...made, { deed: 'an actor is killed', actor: 'vault' }, pass(100), vault('unlock'), pass(1_000)] },
  { name: 'its storage takes nothing', deeds: [storage('full'), vault('create'), pass(1_000)] },
  { name: 'its storage breaks while a task is given up', deeds: [...locked, takes(3_000), vault('unlock'), pass(100), storage('closed'), vault('lock'), pass(3_000)] },
  ...[100, 300, 500, 700, 900, 1_100, 1_300].map((late): Scenario => ({ name: `it is locked ${late} ms after a wrong password was tried`, deeds: [...locked, ...wrong.slice(0, 8), storage(undefined, 200), vault('unlock', 'wrong'), pass(late), vault('lock'), pass(9_000)] })),
  ...[800, 1_250].map((late): Scenario => ({ name: `its storage breaks ${late} ms after it is to be destroyed`, deeds: [...made, storage(undefined, 200), vault('destroy'), pass(late), storage('closed', 200), pass(3_000), storage(undefined), pass(1_000)] })),
];

const asks = (method: string, nonce = 1, entry = 0): Deed => ({ deed: 'a kernel asks', nonce, method, entry });
const closes = (nonce = 1): Deed => ({ deed: 'a kernel closes', nonce });

/** Where queries are led. */
export const queryScenarios: readonly Scenario[] = [
  { name: 'it is answered, or refused', deeds: [asks('no-op', 1), asks('nothing', 2), published(0), pass(1_000), asks('registryRead', 3), pass(3_000)] },
  { name: 'a subscription is told news, and closed', deeds: [published(0), pass(1_000), asks('registrySubscribe'), pass(1_000), published(0), pass(1_000), closes(), pass(100)] },
  { name: 'the kernel is gone while a subscription is open', deeds: [published(0), pass(1_000), asks('registrySubscribe'), pass(1_000), { deed: 'the kernel', hears: false }, published(0), pass(1_000), { deed: 'the kernel', hears: true }] },
  { name: 'a subscription is closed as soon as it is asked for', deeds: [asks('registrySubscribe'), closes(), pass(100)] },
  { name: 'a write is taken by all portals', deeds: [asks('registryWrite'), pass(3_000)] },
  { name: 'a write is taken by one portal, and the others say nothing', deeds: [is(1, MUTE), is(2, MUTE), asks('registryWrite'), pass(9_000)] },
  { name: 'a write is taken late', deeds: [is(1, MUTE), is(2, MUTE), is(0, { latency: 1_100 }), asks('registryWrite'), pass(9_000)] },
  { name: 'no portal answers', deeds: [...all(MUTE), asks('registryRead', 1), asks('registryWrite', 2), closes(1), pass(9_000)] },
];
