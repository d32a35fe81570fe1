import { describe, expect, test } from 'vitest';
import type { ReadResult } from 'secure-registry';
import type { PortalSight } from '../../examples/start/page/portal-sight.ts';
import { storyOn, type Stage, type Step } from '../../examples/start/page/story.ts';
import { deferred, turn } from '../link/fixture/clock.ts';

const PORTALS = ['http://a.example', 'http://b.example', 'http://c.example'];
/** What is done on a stage; `answer` is what the user says. */
type Act = 'write' | 'throwSwitch' | 'sees' | 'shows' | 'askVault' | 'answer';

/** A stage on which everything comes at once, but the one thing, which comes when it is let. */
class Holding implements Stage {
  readonly portals = PORTALS;
  readonly #held: Act;
  readonly begun: Act[] = [];
  /** What the vault was asked. */
  isWithdrawn = false;
  readonly #reached = deferred<void>();
  readonly #let = deferred<void>();
  readonly reached = this.#reached.promise;

  constructor(held: Act) {
    this.#held = held;
  }

  async #do(act: Act): Promise<void> {
    this.begun.push(act);
    if (act !== this.#held) return;
    this.#reached.resolve();
    await this.#let.promise;
  }
  letGo(): void {
    this.#let.resolve();
  }
  nameOf = (url: string): string => url;
  write = (): Promise<void> => this.#do('write');
  throwSwitch = (): Promise<void> => this.#do('throwSwitch');
  sees = async (): Promise<readonly PortalSight[]> => {
    await this.#do('sees');
    return [];
  };
  shows = async (): Promise<ReadResult> => {
    await this.#do('shows');
    return {} as ReadResult; // of which the story makes nothing
  };
  askVault = async (signal: AbortSignal): Promise<{ readonly answer: Promise<boolean> }> => {
    signal.addEventListener('abort', () => (this.isWithdrawn = true));
    await this.#do('askVault');
    return { answer: this.#do('answer').then(() => true) };
  };
}

/** Resolves with what was said last, or why it ended. */
async function play(steps: readonly Step[]): Promise<unknown> {
  let said: unknown;
  try {
    for (const step of steps) {
      said = await step.act();
      if (step.end !== undefined) said = await step.end();
    }
    return said;
  } catch (error) {
    return error;
  }
}

describe('given a tour', () => {
  test.each<Act>(['write', 'throwSwitch', 'shows', 'sees', 'askVault', 'answer'])('when it is stopped while it waits for %s, then it is over though that never comes', async (act) => {
    const [stage, stopping] = [new Holding(act), new AbortController()];
    const played = play(storyOn(stage, stopping.signal));
    await stage.reached;
    await turn(); // until the story, too, waits
    stopping.abort('stopped');
    expect(await played).toBe('stopped');
    expect(stage.begun.at(-1)).toBe(act);
    expect(stage.isWithdrawn).toBe(stage.begun.includes('askVault'));
  });

  test('when it is stopped before a step, then that begins nothing', async () => {
    const [stage, stopping] = [new Holding('answer'), new AbortController()];
    const steps = storyOn(stage, stopping.signal);
    stopping.abort('stopped');
    for (const step of steps) expect(await play([step])).toBe('stopped');
    expect(stage.begun).toEqual([]);
  });

  test('when nobody stops it, then it is played to its end', async () => {
    const stage = new Holding('answer');
    const played = play(storyOn(stage, new AbortController().signal));
    stage.letGo();
    expect(await played).toContain('The vault signs now');
  });
});
