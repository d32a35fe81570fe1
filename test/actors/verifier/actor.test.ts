import { describe, expect, it, onTestFinished } from 'vitest';
import { makeVerifierActor } from '../../../actors/verifier/actor.ts';
import type { FindingsService, VerdictService, VerifierService } from '../../../actors/verifier/service.ts';
import type { Finding, Report } from '../../../actors/report.ts';
import { Caller, eventLoop, inlineChannel, serve, spawnInline } from '../../../src/link/index.ts';
import { Author } from '../../../src/portal/conformance/author.ts';
import { nameOf, Verdict, type CheckedEntry } from '../../../src/registry/index.ts';
import { realClock } from '../../../src/world.ts';
import { deferred } from '../../link/fixture/clock.ts';

const author = new Author('the author of what is verified');
/** A claim of that entry, as a portal makes it. */
const claim = ({ data, revision, signature, type, ...key }: CheckedEntry): Report => ({ kind: 'claim', portal: 'p', origin: { connection: 1, inquiry: undefined }, name: nameOf(key), at: 0, claim: { data, revision, signature, type } });

/** A testimony that needs no verdict, by its number. */
const report = (inquiry: number): Report => ({ kind: 'concluded', inquiry, name: 'n', at: 0 });
const numbersOf = (findings: readonly Finding[]): number[] => findings.map((finding) => (finding.kind === 'concluded' ? finding.inquiry : -1));
const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

/** A hosted verifier actor, a portal actor's pipe to it, and entries actors that take in what a test lets them. */
async function start(verdict = new Verdict()) {
  /** What verifies, as it was offered to each entries actor. */
  const verifiers: Caller<VerdictService>[] = [];
  const { definition } = makeVerifierActor({ clock: realClock, scheduler: eventLoop }, verdict);
  const link = await spawnInline(definition, { input: undefined, scheduler: eventLoop });
  onTestFinished(() => link.stop());
  const [near, far] = inlineChannel(eventLoop);
  await link.connectPort('portal', far);
  const waiting: number[] = [];
  const portal = new Caller<VerifierService>(near);
  const reports = portal.pipe('reports', eventLoop, (length) => waiting.push(length));

  /** Introduces an entries actor, the first or a successor. */
  const connectEntries = async (take: (findings: readonly Finding[]) => Promise<void> = () => Promise.resolve()): Promise<number[]> => {
    const found: number[] = [];
    const [ours, theirs] = inlineChannel(eventLoop);
    const service: FindingsService = {
      pipes: {
        findings(findings) {
          found.push(...numbersOf(findings));
          return take(findings);
        },
      },
      calls: { verdicts: (port) => void verifiers.push(new Caller<VerdictService>(port)) },
    };
    serve(ours, service);
    await link.connectPort('entries', theirs);
    return found;
  };
  return { definition, link, near, verifiers, reports, waiting, connectEntries, push: (numbers: readonly number[]) => numbers.forEach((number) => reports.push(report(number))) };
}

/** Lets every message that is on its way arrive, and every answer to it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) await new Promise<void>((resolve) => void eventLoop.setTimeout(resolve, 0));
}

describe('the verifier actor', () => {
  it('V1: passes on what it was told in order, some at a time, also what was said before there was an entries actor', async () => {
    const { push, waiting, connectEntries } = await start();
    push(upTo(100));
    await settled();
    const found = await connectEntries();
    push(upTo(1_000).slice(100));
    await settled();
    expect(found).toEqual(upTo(1_000));
    expect(waiting.at(-1)).toBe(0);
  });

  it('V4: takes in no more while the entries actor does not', async () => {
    const { push, waiting, connectEntries } = await start();
    const room = deferred<void>();
    const found = await connectEntries(() => room.promise);
    push(upTo(5_000));
    await settled();
    expect(found.length).toBeLessThan(100);
    expect(waiting.at(-1)).toBeGreaterThan(4_000);
    room.resolve();
    await settled();
    expect(found).toEqual(upTo(5_000));
    expect(waiting.at(-1)).toBe(0);
  });

  it('V4: takes in no more before there is an entries actor', async () => {
    const { push, waiting, connectEntries } = await start();
    push(upTo(5_000));
    await settled();
    expect(waiting.at(-1)).toBeGreaterThan(4_000);
    const found = await connectEntries();
    await settled();
    expect(found).toEqual(upTo(5_000));
  });

  it('V4: goes on with the successor of an entries actor that took in nothing more', async () => {
    const { push, connectEntries, waiting } = await start();
    await connectEntries(() => new Promise(() => {}));
    push(upTo(2_000));
    await settled();
    const found = await connectEntries();
    push([2_000]);
    await settled();
    expect(found.at(-1)).toBe(2_000);
    expect(found).toEqual(upTo(2_001).slice(-found.length));
    expect(waiting.at(-1)).toBe(0);
  });

  it('ends where a verdict cannot be given: what it was told would be lost', async () => {
    const verdict = new Verdict();
    verdict.verify = () => Promise.reject(new Error('out of order'));
    const { link, reports, connectEntries } = await start(verdict);
    await connectEntries();
    reports.push({ kind: 'claim', portal: 'p', origin: { connection: 1, inquiry: undefined }, name: 'n'.repeat(64), at: 0, claim: { data: new Uint8Array(1), revision: 1n, signature: new Uint8Array(64), type: 1 } });
    expect(await link.gone).toMatchObject({ code: 'WORKER_GONE', cause: { message: 'out of order' } });
  });

  it('takes in a message of nothing at once, and goes on with what comes after', async () => {
    const { push, near, waiting, connectEntries } = await start();
    const found = await connectEntries();
    const taken: unknown[] = [];
    near.addEventListener('message', ({ data }) => void taken.push(data));
    near.postMessage({ pipe: 'reports', items: [], asks: true }, []);
    await settled();
    expect(taken).toEqual([{ taken: 'reports' }]);
    push(upTo(8));
    await settled();
    push(upTo(24).slice(8));
    await settled();
    expect(found).toEqual(upTo(24));
    expect(waiting.at(-1)).toBe(0);
  });

  it('takes in what it is told after its end, which nobody verifies any more', async () => {
    const verdict = new Verdict();
    verdict.verify = () => Promise.reject(new Error('out of order'));
    const { link, reports, connectEntries, push, waiting } = await start(verdict);
    const found = await connectEntries();
    reports.push(claim(author.entry(1n)));
    await link.gone;
    push(upTo(2_000));
    await settled();
    expect(found).toEqual([]);
    expect(waiting.at(-1)).toBe(0);
  });

  it('leaves others their turn in the middle of a long batch', async () => {
    const { push, connectEntries } = await start();
    const found = await connectEntries();
    const seen: number[] = [];
    push(upTo(256));
    while (found.length < 256) {
      await new Promise<void>((resolve) => void eventLoop.setTimeout(resolve, 0));
      seen.push(found.length);
    }
    expect(seen.filter((length) => length > 0 && length < 256).length).toBeGreaterThan(4);
  });

  it('V2: counts what it found served and forged, and nothing else, and tells of every batch', async () => {
    const { definition, link, reports, connectEntries } = await start();
    expect(definition.name).toBe('verifier');
    const told: unknown[] = [];
    link.emitted$.subscribe((event) => told.push(event));
    await connectEntries();
    const good = author.entry(1n);
    for (const each of [claim(good), report(1), claim({ ...good, revision: 2n }), claim(author.entry(2n)), report(2)]) reports.push(each);
    await settled();
    reports.push(claim({ ...good, revision: 3n }));
    await settled();
    expect((await link.snapshot()).context).toEqual({ engine: await new Verdict().engine(), batches: [], served: 2, forged: 2 });
    expect(told).toEqual([{ type: 'batch.verified', served: 2, forged: 1 }, { type: 'batch.verified', served: 0, forged: 1 }]);
  });

  it('V2: gives the entries actor its verdicts, by the one that it was introduced last', async () => {
    const { verifiers, connectEntries } = await start();
    const good = author.entry(1n);
    await connectEntries();
    await settled();
    const [first] = verifiers;
    expect([await first?.call('verify', good), await first?.call('verify', { ...good, revision: 2n })]).toEqual([true, false]);
    await connectEntries();
    await settled();
    expect(await verifiers[1]?.call('verify', good)).toBe(true);
    expect(verifiers).toHaveLength(2);
    await expect(first?.call('verify', good)).rejects.toMatchObject({ code: 'WORKER_GONE' });
  });
});
