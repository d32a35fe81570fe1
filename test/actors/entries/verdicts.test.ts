import { describe, expect, it, onTestFinished } from 'vitest';
import { Verdicts } from '../../../actors/entries/verdicts.ts';
import type { VerdictService } from '../../../actors/verifier/service.ts';
import { connect, eventLoop, inlineChannel, serve } from '../../../src/link/index.ts';
import { deferred } from '../../link/fixture/clock.ts';
import { someone } from '../../runtime/fixture/author.ts';

const author = someone();
const entry = author.entry(1n);

/** A verifier that answers so, and what it was asked. */
function verifier(answer: () => Promise<boolean>) {
  const [near, far] = inlineChannel(eventLoop);
  const asked: bigint[] = [];
  const isAsked = deferred<void>();
  const service: VerdictService = {
    calls: {
      verify({ revision }) {
        asked.push(revision);
        isAsked.resolve();
        return answer();
      },
    },
  };
  const serving = serve(far, service);
  onTestFinished(() => serving.close());
  return { connection: connect<VerdictService>(near, { deadline: Infinity }), asked, isAsked: isAsked.promise, die: () => serving.close() };
}

const mute = (): Promise<never> => new Promise(() => {});

describe('Verdicts', () => {
  it.each([true, false])("are a verifier's: %s", async (isValid) => {
    const verdicts = new Verdicts();
    verdicts.connect('verifier.0', verifier(async () => isValid).connection);
    expect(await verdicts.verify(entry)).toBe(isValid);
  });

  it('wait for a verifier', async () => {
    const verdicts = new Verdicts();
    const verdict = verdicts.verify(entry);
    verdicts.connect('verifier.0', verifier(async () => true).connection);
    expect(await verdict).toBe(true);
  });

  it('are asked of all verifiers in turn', async () => {
    const verdicts = new Verdicts();
    const [one, other] = [verifier(async () => true), verifier(async () => true)];
    verdicts.connect('verifier.0', one.connection);
    verdicts.connect('verifier.1', other.connection);
    await Promise.all([1n, 2n, 3n, 4n].map((revision) => verdicts.verify(author.entry(revision))));
    expect([one.asked, other.asked]).toEqual([[1n, 3n], [2n, 4n]]);
  });

  it('are asked anew of whoever takes the place of one that died, be it told of or not', async () => {
    const verdicts = new Verdicts();
    const [dying, mutely, last] = [verifier(mute), verifier(mute), verifier(async () => true)];
    verdicts.connect('verifier.0', dying.connection);
    const verdict = verdicts.verify(entry);
    await dying.isAsked;
    dying.die();
    await dying.connection.gone;
    verdicts.connect('verifier.0', mutely.connection);
    await mutely.isAsked;
    verdicts.connect('verifier.0', last.connection);
    expect(await verdict).toBe(true);
    expect((await mutely.connection.gone).code).toBe('CLOSED');
  });

  it('are not given where a verifier could not tell', async () => {
    const verdicts = new Verdicts();
    verdicts.connect('verifier.0', verifier(() => Promise.reject(new TypeError('broken'))).connection);
    await expect(verdicts.verify(entry)).rejects.toThrow('broken');
  });
});
