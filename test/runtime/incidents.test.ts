import { firstValueFrom, lastValueFrom, ReplaySubject } from 'rxjs';
import { filter, timeout } from 'rxjs/operators';
import { describe, expect, it, onTestFinished } from 'vitest';
import { inline } from '../../src/inline.ts';
import type { Incident, Observation } from '../../src/incident.ts';
import { verifyProof } from '../../src/registry/index.ts';
import { MESSAGE_WRITERS } from '../../src/registry/wire/index.ts';
import type { Runtime } from '../../src/runtime.ts';
import { someone } from './fixture/author.ts';
import { startPortals } from './fixture/portals.ts';
import { HOMES, live, Seen, startRuntime, Workers } from './fixture/runtime.ts';

/** What is told, and a wait for what will be. */
class Told {
  readonly all: Incident[] = [];
  isComplete = false;
  readonly #told = new ReplaySubject<Incident>();

  constructor({ incidents$ }: Runtime) {
    const subscription = incidents$.subscribe({
      next: (incident) => {
        this.all.push(incident);
        this.#told.next(incident);
      },
      complete: () => (this.isComplete = true),
    });
    onTestFinished(() => subscription.unsubscribe());
  }

  of<K extends Incident['kind']>(kind: K): Promise<Extract<Incident, { kind: K }>> {
    const isOf = (incident: Incident): incident is Extract<Incident, { kind: K }> => incident.kind === kind;
    return firstValueFrom(this.#told.pipe(filter(isOf), timeout({ first: 20_000 })));
  }
}

describe.each(HOMES)('incidents$, $where', ({ workers }) => {
  it('F1: tells of a bad signature with what was served, and nothing forged is shown', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.forge(0);
    const runtime = await startRuntime(portals.urls, { workers: await workers() });
    const told = new Told(runtime);
    expect(await runtime.read(author.entry(3n))).toMatchObject({ revision: 3n });
    const observation = await told.of('bad-signature');
    expect(observation).toMatchObject({ portal: portals.url(0), key: { pubkey: author.entry(3n).pubkey } });
    expect(new TextDecoder().decode((observation as Observation).raw)).toContain('"revision":3');
  });

  it('F13: tells a proof of two entries of one revision, which verifies by its own bytes and names no portal', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const [winner, loser] = author.tie(5n);
    await portals.put(loser, [0]);
    await portals.put(winner, [1]);
    const runtime = await startRuntime(portals.urls, { workers: await workers() });
    const told = new Told(runtime);
    expect(await runtime.read(winner, { confirmations: 2 })).toMatchObject({ data: winner.data });
    const proof = await told.of('key-equivocation');
    expect(verifyProof(proof)).toBe(true);
    for (const url of portals.urls) expect(Object.values(proof).map(String).join()).not.toContain(url);
    // The bytes are the receiver's own.
    const late = new Told(runtime);
    const same = await late.of('key-equivocation');
    proof.entries[0].data.fill(0);
    expect(verifyProof(same)).toBe(true);
  });

  it('F12: tells of a portal that accepted an entry and dropped it, with the entry', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.fault(1, { writes: 'lose' });
    const runtime = await startRuntime(portals.urls, { workers: await workers(), policy: { lagGrace: 400 } });
    const told = new Told(runtime);
    const seen = new Seen(runtime.watch(author.entry(3n)));
    await seen.revision(3n);
    await runtime.write(author.entry(7n));
    await runtime.read(author.entry(7n), { confirmations: 2 }).catch(() => {});
    const observation = await told.of('acknowledged-but-dropped');
    expect(observation).toMatchObject({ portal: portals.url(1), expected: { revision: 7n } });
  });

  it('F2: tells of a portal that serves something older than others do for longer than the grace', async () => {
    const portals = await startPortals(2);
    const author = someone();
    await portals.put(author.entry(3n));
    await portals.put(author.entry(9n), [0]);
    await portals.fault(1, { writes: { status: 400, body: '{"message":"no"}' } });
    const runtime = await startRuntime(portals.urls, { workers: await workers(), policy: { lagGrace: 400, readDeadline: 2_000 } });
    const told = new Told(runtime);
    const seen = new Seen(runtime.watch(author.entry(3n)));
    await seen.revision(9n);
    await runtime.read(author.entry(3n), { confirmations: 2 }).catch(() => {});
    const observation = await told.of('below-floor');
    expect(observation).toMatchObject({ portal: portals.url(1), expected: { revision: 9n } });
    expect(new TextDecoder().decode((observation as Observation).raw)).toContain('"revision":3');
    expect(seen.revisions.at(-1)).toBe(9n);
  });

  it('is over when the runtime is closed', async () => {
    const portals = await startPortals(1);
    const runtime = await startRuntime(portals.urls, { workers: await workers() });
    const told = new Told(runtime);
    await runtime.close();
    expect(told.isComplete).toBe(true);
    expect(await lastValueFrom(runtime.incidents$, { defaultValue: 'nothing' })).toBe('nothing');
  });
});

describe('incidents$', () => {
  it('F15: goes on with the entries actor that takes another’s place', async () => {
    const portals = await startPortals(2);
    const author = someone();
    const workers = await Workers.load();
    const [winner, loser] = author.tie(5n);
    await portals.put(loser, [0]);
    await portals.put(winner, [1]);
    const runtime = await startRuntime(portals.urls, { workers: workers.factory });
    const told = new Told(runtime);
    workers.kill('entries');
    await workers.until('entries', 2);
    await runtime.read(winner, { confirmations: 2 });
    expect(await told.of('key-equivocation')).toMatchObject({ kind: 'key-equivocation' });
  });

  it('F13: tells one proof, however often both are served', async () => {
    const portals = await startPortals(1);
    const author = someone();
    const [winner, loser] = author.tie(5n);
    await portals.put(winner);
    const runtime = await startRuntime(portals.urls, { workers: inline() });
    const told = new Told(runtime);
    const seen = new Seen(runtime.watch(winner));
    await live(runtime);
    await seen.revision(5n);
    await portals.say(0, ...Array.from({ length: 20 }, (_, i) => MESSAGE_WRITERS.B.update(i % 2 === 0 ? loser : winner)));
    await portals.say(0, MESSAGE_WRITERS.B.update(author.entry(6n)));
    await seen.revision(6n);
    await told.of('key-equivocation');
    expect(told.all.filter(({ kind }) => kind === 'key-equivocation')).toHaveLength(1);
  });
});
