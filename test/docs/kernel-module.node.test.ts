import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODULE, Pages, THREADS } from '../kernel/fixture/places.node.ts';
import { author, nowhere, portalsWith } from '../kernel/fixture/portals.node.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const PROFILE = 'AQProfile_Module_of_the_example_of_46_letters_';

let pages: Pages;
let code = '';
beforeAll(async () => {
  pages = await Pages.open();
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['examples/kernel-module/build.mjs'], { cwd: ROOT });
  expect(stderr).toBe('');
  code = await readFile(stdout.trim(), 'utf8');
});
afterAll(() => pages?.close());

const [first, second, third] = [author.entry(1n, 'Ada', { name: 'profile' }), author.entry(2n, 'Ada Lovelace', { name: 'profile' }), author.entry(3n, 'Countess', { name: 'profile' })];
const input = () => ({ pubkey: author.pubkey });
const nobody = () => ({ pubkey: new Uint8Array(32).fill(1) });
const asked = { module: PROFILE };
const answer = (data: unknown) => ({ data, err: null });
const refusal = (err: unknown) => ({ data: null, err });

describe.each(['fresh', 'keeping'] as const)('given the example of a module, beside the registry module in a kernel with %s workers', (manner) => {
  it('when it is asked for profiles, all at once, then it answers each of its queries once, with what the registry module says', async () => {
    for (const place of [await pages.page(), THREADS]) {
      const [portal] = await portalsWith(first);
      const kernel = await place.kernel({ manner, portals: [portal.url], others: { [PROFILE]: code } });
      const answers = await Promise.all([
        kernel.ask('getProfile', input(), asked),
        kernel.ask('getProfile', nobody(), asked),
        kernel.ask('getProfile', {}, asked),
        kernel.ask('getProfile', { pubkey: new Uint8Array(31) }, asked),
        kernel.ask('constructor', input(), asked),
        kernel.ask('response', input(), asked),
        kernel.ask('getProfile', input(), asked),
      ]);
      expect(answers).toStrictEqual([
        answer({ name: 'Ada', revision: 1n }),
        answer({ name: undefined, revision: 0n }),
        refusal('input should contain a pubkey, of 32 bytes'),
        refusal(expect.stringMatching(/^INVALID_INPUT: /)),
        refusal("unrecognized method 'constructor'"),
        refusal("unrecognized method 'response'"),
        answer({ name: 'Ada', revision: 1n }),
      ]);
      // Seven answers of its own, and of the registry module's four, which it called.
      expect(await kernel.state()).toMatchObject({ heard: 7 + 4 + 4, open: 0 });
    }
  });

  it('when somebody watches a profile, then what is written at the portal comes, until it is closed; and another watch goes on', async () => {
    const [portal] = await portalsWith(first);
    const kernel = await (await pages.page()).kernel({ manner, portals: [portal.url], others: { [PROFILE]: code } });
    const [one, other] = [await kernel.open('watchProfile', input(), asked), await kernel.open('watchProfile', input(), asked)];
    for (const query of [one, other]) expect(await kernel.news(query, 1)).toStrictEqual({ news: [{ name: 'Ada', revision: 1n }], answer: undefined });
    await portal.until({ subscriptions: manner === 'fresh' ? 2 : 1 });
    await portal.put(second);
    for (const query of [one, other]) expect((await kernel.news(query, 2)).news.at(-1)).toStrictEqual({ name: 'Ada Lovelace', revision: 2n });
    await kernel.update(one, 'enough');
    expect(await kernel.news(one, 3)).toStrictEqual({ news: [{ name: 'Ada', revision: 1n }, { name: 'Ada Lovelace', revision: 2n }], answer: answer({ closed: true }) });
    await portal.put(third);
    expect((await kernel.news(other, 3)).news.at(-1)).toStrictEqual({ name: 'Countess', revision: 3n });
    expect((await kernel.news(one, 3)).news).toHaveLength(2);
    await kernel.update(other, undefined);
    expect(await kernel.news(other, 4)).toMatchObject({ answer: answer({ closed: true }) });
    expect(await kernel.state()).toMatchObject({ open: 0 });
  });

  it('when it is closed before the first news, or no portal can be reached, then that is its one answer', async () => {
    const kernel = await (await pages.page()).kernel({ manner, portals: [await nowhere()], others: { [PROFILE]: code } });
    const watching = await kernel.open('watchProfile', input(), asked);
    await kernel.update(watching, undefined);
    expect(await kernel.news(watching, 1)).toStrictEqual({ news: [], answer: answer({ closed: true }) });
    expect(await kernel.ask('getProfile', input(), asked)).toStrictEqual(refusal(expect.stringMatching(/^UNREACHABLE: /)));
    expect(await kernel.state()).toMatchObject({ open: 0 });
  });
});

it('the link by which the example calls the registry module is the one that kernels know', () => {
  expect(code).toContain(MODULE);
});
