import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Switchboard, type Fault, type Switched } from '../../examples/start/page/switchboard.ts';
import { deferred, turn } from '../link/fixture/clock.ts';

const [A, B, C] = ['http://a.example', 'http://b.example', 'http://c.example'] as const;
const told = (faults: Readonly<Record<string, Fault>>): readonly Switched[] => [A, B, C].map((url) => ({ url, fault: faults[url] ?? null }));

/** The page's server, which answers when it is let. */
class Server {
  readonly #faults: Record<string, Fault> = {};
  readonly asked: string[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Of these it answers no request well. */
  refused: string | undefined;

  constructor() {
    vi.stubGlobal('fetch', (path: string, init?: RequestInit) => this.#answer(path, init));
    onTestFinished(() => void vi.unstubAllGlobals());
  }

  /** Somebody else throws it. */
  set(url: string, fault: Fault): void {
    this.#faults[url] = fault;
  }

  async #answer(path: string, init?: RequestInit): Promise<Response> {
    const thrown = init === undefined ? undefined : (JSON.parse(init.body as string) as Switched);
    this.asked.push(thrown === undefined ? path : `${thrown.url}: ${thrown.fault}`);
    const { promise, resolve } = deferred<void>();
    this.#waiting.push(() => resolve());
    await promise;
    if (this.refused === (thrown?.url ?? path)) return Response.json({ error: 'no' }, { status: 421 });
    if (thrown?.fault === null) delete this.#faults[thrown.url];
    else if (thrown !== undefined) this.set(thrown.url, thrown.fault);
    return Response.json(thrown === undefined ? { frame: '', portals: told(this.#faults) } : told(this.#faults));
  }

  /** Answers what is asked, the last first, until these are settled. */
  async answer(...asked: readonly Promise<unknown>[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    const settled = Promise.allSettled(asked);
    while (!(await Promise.race([settled.then(() => true), turn().then(() => false)]))) this.#waiting.pop()?.();
    return settled;
  }
}

describe('given the switches of the demo', () => {
  test('when one is being thrown and all are released, then that one is released, too, and in the end none is shown as thrown', async () => {
    const [server, board] = [new Server(), new Switchboard(told({}))];
    const thrown = board.throw(A, 'kill');
    const released = board.release();
    const shown: (readonly Switched[])[] = [];
    board.switched$.subscribe((switched) => shown.push(switched));
    await server.answer(thrown, released);
    expect(server.asked).toEqual([`${A}: kill`, `${A}: null`, `${B}: null`, `${C}: null`]);
    expect(shown).toEqual([told({}), told({ [A]: 'kill' }), told({}), told({}), told({})]);
  });

  test('when one was thrown elsewhere, then it is seen by whoever looks again, and released whether they did or not', async () => {
    const [server, board] = [new Server(), new Switchboard(told({}))];
    server.set(B, 'lie');
    await server.answer(board.refresh());
    expect(board.switched$.value).toEqual(told({ [B]: 'lie' }));
    server.set(C, 'stall');
    await server.answer(board.release());
    expect(board.switched$.value).toEqual(told({}));
  });

  test.each([
    { what: 'a throw', refused: B, asks: (board: Switchboard) => board.throw(B, 'lie') },
    { what: 'a look', refused: 'demo.json', asks: (board: Switchboard) => board.refresh() },
  ])('when $what is refused, then whoever asked is told, what is shown stays, and the next one is thrown', async ({ refused, asks }) => {
    const [server, board] = [new Server(), new Switchboard(told({ [C]: 'stall' }))];
    server.set(C, 'stall');
    server.refused = refused;
    const [asked, next] = await server.answer(asks(board), board.throw(A, 'kill'));
    expect([asked, next]).toMatchObject([{ reason: { message: expect.stringContaining('421') as string } }, { status: 'fulfilled' }]);
    expect(board.switched$.value).toEqual(told({ [A]: 'kill', [C]: 'stall' }));
  });

  test('when one cannot be released, then the others are', async () => {
    const [server, board] = [new Server(), new Switchboard(told({}))];
    server.set(A, 'lie');
    server.set(B, 'lie');
    server.refused = A;
    const [released] = await server.answer(board.release());
    expect(released).toMatchObject({ reason: { message: expect.stringContaining('421') as string } });
    expect(board.switched$.value).toEqual(told({ [A]: 'lie' }));
  });
});
