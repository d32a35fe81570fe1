import { config, filter, firstValueFrom, ReplaySubject, take, timeout, type Observable } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { generateMnemonic, mnemonicToKeyData } from '../../src/keyring/index.ts';
import { nameOf } from '../../src/registry/index.ts';
import type { ActorName, ReadResult, Runtime, RuntimeOptions } from '../../src/runtime.ts';
import { Asked } from './fixture/asked.ts';
import { someone, type Author } from './fixture/author.ts';
import { startPortals, type Portals } from './fixture/portals.ts';
import { HOMES, startRuntime, Workers } from './fixture/runtime.ts';

const PASSWORD = 'correct horse battery staple';
const KEY_DATA = mnemonicToKeyData(generateMnemonic());

/** A runtime, and what is around it. */
interface Scene {
  readonly runtime: Runtime;
  readonly portals: Portals;
  readonly author: Author;
  /** Counts what is provoked. */
  revision: bigint;
}

interface Row {
  readonly stream: string;
  /** Made anew for each subscriber, as users do. */
  readonly of: (scene: Scene) => Observable<unknown>;
  /** What of a worker's it stands on; without a name, the watch of the author's entry. */
  readonly asks: string | undefined;
  /** Whose death it has to outlive. */
  readonly actor: ActorName;
  /** Has something happen that the stream tells of. */
  readonly provoke: (scene: Scene) => Promise<unknown>;
  /** Whether who comes late is told the newest. */
  readonly replays: boolean;
  /** What of a value is news; of the rest, only who comes later may learn. Without it, all of it is. */
  readonly newsOf?: (value: unknown) => unknown;
}

const newer = async (scene: Scene): Promise<void> => scene.portals.put(scene.author.entry(++scene.revision));
const readOther = (scene: Scene): Promise<unknown> => {
  const other = someone().entry(1n);
  return scene.portals.put(other).then(() => scene.runtime.read(other));
};
const equivocate = async (scene: Scene): Promise<unknown> => {
  const [winner, loser] = scene.author.tie(++scene.revision);
  await scene.portals.put(loser, [0]);
  await scene.portals.put(winner, [1]);
  return scene.runtime.read(winner, { confirmations: 2 });
};
/** How a vault was left; of one that is not here, there is none. */
const vaults = new WeakMap<Runtime['vault'], 'unlocked' | 'locked'>();
const makeOrLock = ({ runtime: { vault } }: Scene): Promise<unknown> => {
  const left = vaults.get(vault);
  vaults.set(vault, left === 'unlocked' ? 'locked' : 'unlocked');
  if (left === undefined) return vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
  return left === 'unlocked' ? vault.lock() : vault.unlock({ password: PASSWORD });
};

/** How often another portal was preferred. */
const switched = new WeakMap<Runtime, number>();
const switchOver = ({ runtime, portals }: Scene): Promise<unknown> => {
  const times = (switched.get(runtime) ?? 0) + 1;
  switched.set(runtime, times);
  return runtime.actors.portal.send({ type: 'SWITCH_TO', url: portals.url(times % 2) });
};

/** Who watches is told of another value: not that it was confirmed again, or kept in a safer place. */
const valueOf = (result: unknown): unknown => ({ ...(result as ReadResult), confirmedAt: undefined, confirmedBy: undefined, claimedBy: undefined, source: undefined, floor: undefined });
/** Nor, unless the status was asked for, that a connection came to vouch for it. */
const entryOf = (result: unknown): unknown => ({ ...(valueOf(result) as ReadResult), status: undefined });

const ROWS: readonly Row[] = [
  { stream: 'watch', of: ({ runtime, author }) => runtime.watch(author.entry(0n)), asks: undefined, actor: 'entries', provoke: newer, replays: true, newsOf: entryOf },
  { stream: 'watch with status', of: ({ runtime, author }) => runtime.watch(author.entry(0n), { status: true }), asks: undefined, actor: 'entries', provoke: newer, replays: true, newsOf: valueOf },
  { stream: 'watch of a handle', of: ({ runtime, author }) => runtime.entry(author.entry(0n)).watch(), asks: undefined, actor: 'portal', provoke: newer, replays: true, newsOf: entryOf },
  { stream: 'portals$', of: ({ runtime }) => runtime.portals$, asks: 'snapshot', actor: 'portal', provoke: switchOver, replays: true },
  { stream: 'incidents$', of: ({ runtime }) => runtime.incidents$, asks: 'incidents', actor: 'entries', provoke: equivocate, replays: true },
  { stream: 'vault.state$', of: ({ runtime }) => runtime.vault.state$, asks: 'snapshot', actor: 'vault', provoke: makeOrLock, replays: true },
  { stream: 'snapshot$', of: ({ runtime }) => runtime.actors.verifier.snapshot$, asks: 'snapshot', actor: 'verifier', provoke: readOther, replays: true },
  { stream: 'emitted$', of: ({ runtime }) => runtime.actors.verifier.emitted$, asks: 'emitted', actor: 'verifier', provoke: readOther, replays: false },
];

/** One subscriber: what it was told, and how it ended. */
class Told {
  readonly values: unknown[] = [];
  end: 'complete' | 'error' | undefined;
  error: unknown;
  readonly #counts = new ReplaySubject<number>();
  readonly #ended = new ReplaySubject<string>();
  readonly #subscription;

  constructor(stream: Observable<unknown>, onNext: (value: unknown) => void = () => {}) {
    this.#subscription = stream.subscribe({
      next: (value) => {
        this.values.push(value);
        this.#counts.next(this.values.length);
        onNext(value);
      },
      error: (error: unknown) => this.#finish('error', error),
      complete: () => this.#finish('complete'),
    });
    onTestFinished(() => this.#subscription.unsubscribe());
  }

  #finish(end: 'complete' | 'error', error?: unknown): void {
    this.end = end;
    this.error = error;
    this.#ended.next(end);
  }

  leave(): void {
    this.#subscription.unsubscribe();
  }
  /** Until it was told so many values. */
  until(least: number): Promise<unknown> {
    return firstValueFrom(this.#counts.pipe(filter((count) => count >= least), timeout({ first: 20_000 })));
  }
  ended(): Promise<string> {
    return firstValueFrom(this.#ended.pipe(timeout({ first: 20_000 })));
  }
}

/** Until somebody is told something that was not told before it happened. */
async function tellNext({ provoke }: Row, scene: Scene, ...told: readonly Told[]): Promise<void> {
  const counts = told.map(({ values }) => values.length);
  await provoke(scene);
  await Promise.all(told.map((one, i) => one.until((counts[i] ?? 0) + 1)));
}

/** Errors that subscribers throw, as RxJS reports them, for the running test. */
function thrownBySubscribers(): unknown[] {
  const thrown: unknown[] = [];
  const before = config.onUnhandledError;
  config.onUnhandledError = (error: unknown) => void thrown.push(error);
  onTestFinished(() => void (config.onUnhandledError = before));
  return thrown;
}

async function sceneIn(workers: RuntimeOptions['workers']): Promise<Scene> {
  const portals = await startPortals(2);
  const runtime = await startRuntime(portals.urls, { workers, policy: { verifiers: 1, vaultMemory: 19_456, vaultPasses: 2 } });
  return { runtime, portals, author: someone(), revision: 0n };
}
const asked = ({ asks }: Row, { author }: Scene): Asked => new Asked(asks === undefined ? { watched: nameOf(author.entry(0n)) } : { stream: asks });

describe.each(HOMES)('given a runtime with its actors $where,', ({ workers }) => {
  const set = async (): Promise<Scene> => sceneIn(await workers());

  describe.each(ROWS)('$stream', (row) => {
    const { of, provoke, replays, newsOf = (value: unknown) => value } = row;

    it('asks nothing of a worker before somebody subscribes, and once for all who do', async () => {
      const scene = await set();
      const counted = asked(row, scene);
      const stream = of(scene);
      await provoke(scene);
      expect(counted.times).toBe(0);
      const told = [new Told(stream), new Told(of(scene)), new Told(stream)];
      await tellNext(row, scene, ...told);
      expect(counted).toMatchObject({ times: 1, open: 1 });
      told.at(0)?.leave();
      told.at(2)?.leave();
      await tellNext(row, scene, ...told.slice(1, 2));
      expect(counted).toMatchObject({ times: 1, open: 1 });
      told.at(1)?.leave();
      await expect.poll(() => counted.open).toBe(0);
      await tellNext(row, scene, new Told(stream));
      expect(counted).toMatchObject({ times: 2, open: 1 });
    });

    it(`tells who comes late ${replays ? 'the newest at once' : 'nothing that happened before'}`, async () => {
      const scene = await set();
      const early = new Told(of(scene));
      await tellNext(row, scene, early);
      const late = new Told(of(scene));
      expect(late.values.slice(-1).map(newsOf)).toEqual(replays ? early.values.slice(-1).map(newsOf) : []);
      await tellNext(row, scene, early, late);
    });

    it('goes on for the others where one leaves, comes or throws while it is told', async () => {
      const scene = await set();
      const thrown = thrownBySubscribers();
      const stream = of(scene);
      const once = new Told(stream.pipe(take(1)));
      const within: Told[] = [];
      const host = new Told(stream, () => within.push(new Told(stream.pipe(take(2)))));
      const mistake = new Error('a mistake of a subscriber');
      const careless = new Told(stream, () => {
        throw mistake;
      });
      const quiet = new Told(stream);
      await tellNext(row, scene, quiet);
      await tellNext(row, scene, quiet, host, careless);
      expect(once).toMatchObject({ values: [expect.anything()], end: 'complete' });
      await Promise.all([once, careless, host].map((told) => told.until(1)));
      const guest = within.at(0) ?? expect.unreachable('nobody came');
      await guest.until(1);
      expect([host.values[0], host.values[1]].map(newsOf)).toContainEqual(newsOf(guest.values[0]));
      expect(careless).toMatchObject({ end: undefined });
      expect(careless.values.length).toBeGreaterThan(1);
      careless.leave();
      await expect.poll(() => thrown.length - careless.values.length).toBe(0);
      expect(new Set(thrown)).toEqual(new Set([mistake]));
    });

    it('completes when the runtime is closed, also for who comes then and after', async () => {
      const scene = await set();
      const told = [new Told(of(scene)), new Told(of(scene))];
      await tellNext(row, scene, ...told);
      const closing = scene.runtime.close();
      const then = new Told(of(scene));
      await closing;
      const after = new Told(of(scene));
      for (const one of [...told, then, after]) expect(await one.ended()).toBe('complete');
      expect(after.values).toEqual([]);
    });

    it('completes for who comes while the runtime is being closed, though nobody came before', async () => {
      const scene = await set();
      const closing = scene.runtime.close();
      const then = new Told(of(scene));
      expect(await then.ended()).toBe('complete');
      await closing;
    });

    it('is not ended by portals that are down', async () => {
      const scene = await set();
      const watching = new Told(scene.runtime.watch(scene.author.entry(0n)));
      const told = new Told(of(scene));
      await tellNext(row, scene, told);
      for (const i of [0, 1]) await scene.portals.kill(i);
      await firstValueFrom(scene.runtime.portals$.pipe(filter((views) => views.every(({ state }) => state !== 'live')), timeout({ first: 20_000 })));
      for (const i of [0, 1]) await scene.portals.revive(i);
      await tellNext(row, scene, told);
      expect([watching.end, told.end]).toEqual([undefined, undefined]);
    });
  });
});

describe.each(ROWS)('$stream', (row) => {
  it('goes on with the successor of its worker, for all who subscribed and with one subscription', async () => {
    const workers = await Workers.load();
    const scene = await sceneIn(workers.factory);
    const told = [new Told(row.of(scene)), new Told(row.of(scene))];
    await tellNext(row, scene, ...told);
    const counted = asked(row, scene);
    const before = workers.count(row.actor);
    workers.kill(row.actor);
    await workers.until(row.actor, before + 1);
    if (row.actor === 'vault') vaults.delete(scene.runtime.vault); // what was ephemeral went with it
    await tellNext(row, scene, ...told);
    // Whose entry is watched is no business of a portal actor's successor.
    expect(counted.times).toBe(row.asks === undefined && row.actor === 'portal' ? 0 : 1);
    expect(told.map(({ end }) => end)).toEqual([undefined, undefined]);
  });
});
