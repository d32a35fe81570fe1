import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { DemoPage, prepareBrowser, startDemo } from './demo.ts';

const browser = prepareBrowser();

describe('given the page of npm start', () => {
  test('when a value is written on the left, then it is watched on the right, with who confirmed it, and without a trouble', async () => {
    const demo = await browser.open();
    const live = await demo.live();
    await demo.write('Good evening');
    await demo.shows('Good evening');
    await demo.page.getByText(/^Revision 1, signed by this page, was accepted by [ABC]/).waitFor();
    expect(await demo.page.locator('#revision').textContent()).toBe('1');
    await demo.page.locator('#status').filter({ hasText: /^live/ }).waitFor();
    await demo.page.locator('#confirmed').filter({ hasText: live }).waitFor();
    await demo.button(/^verifier\.\d+ idle$/).waitFor();
    await demo.button(/^entries ready$/).waitFor();
    await demo.button(/^entry\.\w+…\w+ live\.present$/).waitFor();
    await demo.page.locator('.tile-vault').getByText('vault not started yet').waitFor();
    await demo.button(/^portal connection\.live\.settled/).click();
    await demo.page.getByRole('img', { name: /^Statechart of portal\. Now in: .*live/ }).waitFor();
    await demo.write('x'.repeat(114));
    await demo.page.getByText(/^INVALID_INPUT: /).waitFor();
    expect(await demo.value.textContent()).toBe('Good evening');
    expect(demo.troubles).toEqual([]);
  });

  test.each([
    { fault: 'kill', seen: /^(standby|waiting|connecting)/, told: /failed: closed/ },
    { fault: 'stall', seen: /^(standby|waiting|connecting)/, told: /failed: (fell silent|did not open|said nothing)/ },
    { fault: 'lie', seen: /^quarantined: bad-signature/, told: /put in quarantine: bad-signature/ },
    { fault: 'flip a byte', seen: /^quarantined: bad-signature/, told: /put in quarantine: bad-signature/ },
  ])('when the live portal is told to $fault, then the frame is seen to go on through another, and nothing false is shown', async ({ fault, seen, told }) => {
    const demo = await browser.open();
    const live = await demo.live();
    await demo.switchOf(live, fault).click();
    await demo.page.locator(`#portals button[aria-pressed=true]`).filter({ hasText: fault }).waitFor();
    await demo.chronicles(told);
    await demo.chronicles(/failed over to portal/);
    await demo.seesPortal(live, seen);
    expect(await demo.live()).not.toBe(live);
    await demo.write('And yet it moves');
    await demo.shows('And yet it moves');
    await demo.switchOf(live, fault).click();
    await demo.portal(live).getByText('It does as it should.').waitFor();
    expect(await demo.switchOf(live, fault).getAttribute('aria-pressed')).toBe('false');
    expect(await demo.everShown()).toEqual(['Hello', 'And yet it moves']);
    expect(demo.troubles).toEqual([]);
  });

  test('when a portal is told to roll back, then it is seen to lag, and in the end to be in quarantine, and nothing old is shown', async () => {
    const demo = await browser.open();
    await demo.write('Newer');
    await demo.shows('Newer');
    const live = await demo.live();
    await demo.switchOf(live, 'roll back').click();
    await demo.seesPortal(live, /lagging/);
    await demo.portal(live).locator('.state').filter({ hasText: 'quarantined: below-floor' }).waitFor({ timeout: 90_000 });
    expect(await demo.everShown()).toEqual(['Hello', 'Newer']);
    expect(demo.troubles).toEqual([]);
  }, 120_000);

  test('when all portals are killed, then it says so and keeps what it has, and goes on when one is back', async () => {
    const demo = await browser.open();
    // Nor is one in quarantine, which is not even tried.
    await demo.switchOf('C', 'lie').click();
    await demo.seesPortal('C', /^quarantined/);
    for (const name of ['A', 'B', 'C']) await demo.switchOf(name, 'kill').click();
    await demo.page.getByText(/^No portal can be reached/).waitFor();
    await demo.write('Nobody hears this');
    await demo.page.getByText(/^UNCONFIRMED: .* Write it again/).waitFor();
    expect(await demo.value.textContent()).toBe('Hello');
    await demo.switchOf('B', 'kill').click();
    await demo.seesPortal('B', /^live/);
    await demo.page.getByText(/^No portal can be reached/).waitFor({ state: 'hidden' });
    await demo.write('Back again');
    await demo.shows('Back again');
    expect(await demo.everShown()).toEqual(['Hello', 'Back again']);
    expect(demo.troubles).toEqual([]);
  });

  test('when the frame is loaded again, then it is connected to anew, and goes on with what it had', async () => {
    const demo = await browser.open();
    // It may be there again before anybody who looks now and then has looked.
    const said = await demo.page.evaluateHandle(() => {
      const texts: string[] = [];
      const status = document.querySelector('#status');
      if (status !== null) new MutationObserver(() => texts.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
      for (const [i, state] of document.querySelectorAll('#portals .state').entries()) {
        new MutationObserver(() => texts.push(`${'ABC'.charAt(i)} ${state.textContent}`)).observe(state, { childList: true, characterData: true, subtree: true });
      }
      return texts;
    });
    await demo.page.frames()[1]?.evaluate(() => location.reload());
    await expect.poll(() => said.jsonValue()).toContain('the frame is not there');
    // What the former one saw of portals went with it.
    await expect.poll(() => said.jsonValue()).toEqual(expect.arrayContaining(['A not known', 'B not known', 'C not known']));
    await demo.page.locator('#status').filter({ hasText: /^live/ }).waitFor();
    await demo.write('After the reload');
    await demo.shows('After the reload');
    expect(await demo.page.locator('#revision').textContent()).toBe('1');
    expect(demo.troubles).toEqual([]);
  });
});

/** By hand: fetch chooses host and origin itself. */
const ask = (url: string, method: string, headers: Readonly<Record<string, string>>, body = ''): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end(body);
  });

describe('given the server of the page', () => {
  test('when a switch is thrown in another tab, then whoever comes back to this one sees it', async () => {
    const demo = await browser.open();
    const other = new DemoPage(demo.url, await demo.page.context().newPage());
    await other.page.goto(demo.url);
    await other.switchOf('B', 'kill').click();
    await other.portal('B').getByText('Nobody listens at its port.').waitFor();
    expect(await demo.switchOf('B', 'kill').getAttribute('aria-pressed')).toBe('false');
    await demo.page.evaluate(() => window.dispatchEvent(new Event('focus'))); // each page of a browser that is automated has the focus
    await demo.portal('B').getByText('Nobody listens at its port.').waitFor();
    expect(await demo.switchOf('B', 'kill').getAttribute('aria-pressed')).toBe('true');
    expect([demo.troubles, other.troubles]).toEqual([[], []]);
  });

  test('when somebody else than the page throws a switch, or comes by another name, then nothing happens', async () => {
    const url = await startDemo();
    const { origin, host } = new URL(url);
    const demo = (await (await fetch(`${url}demo.json`)).json()) as { frame: string; portals: { url: string; fault: string | null }[] };
    const thrown = JSON.stringify({ url: demo.portals[0]?.url, fault: 'kill' });
    expect(await ask(`${url}switches`, 'POST', {}, thrown)).toBe(403);
    expect(await ask(`${url}switches`, 'POST', { origin: 'http://stranger.example' }, thrown)).toBe(403);
    expect(await ask(`${url}switches`, 'POST', { origin, host: 'stranger.example' }, thrown)).toBe(421);
    expect(await ask(url, 'GET', { host: 'stranger.example' })).toBe(421);
    for (const body of ['', 'null', '{}', JSON.stringify({ url: demo.portals[0]?.url, fault: 'constructor' }), JSON.stringify({ url: 'http://elsewhere.example', fault: 'kill' })]) {
      expect([body, await ask(`${url}switches`, 'POST', { origin, host }, body)]).toEqual([body, 400]);
    }
    expect(await (await fetch(`${url}demo.json`)).json()).toEqual(demo);
    expect(await ask(`${url}switches`, 'POST', { origin, host }, thrown)).toBe(200);
    await expect(fetch(demo.portals[0]?.url ?? '')).rejects.toThrow('fetch failed');
    expect(await ask(`${url}../package.json`, 'GET', { host })).toBe(404);
    // Any page can ask for what is no URL.
    expect(await ask(`${url}/`, 'GET', { host })).toBe(404);
    expect(await ask(`${demo.frame}//`, 'GET', {})).toBe(200);
    expect(await ask(url, 'GET', { host })).toBe(200);
  });

  test('when a portal cannot be started again, then that is told, and it can be once its port is free', async () => {
    const url = await startDemo();
    const { origin, host } = new URL(url);
    const { portals } = (await (await fetch(`${url}demo.json`)).json()) as { portals: readonly { url: string }[] };
    const portal = portals[0]?.url ?? '';
    const tell = (fault: string | null) => ask(`${url}switches`, 'POST', { origin, host }, JSON.stringify({ url: portal, fault }));
    expect(await tell('kill')).toBe(200);
    const other = createServer().listen(Number(new URL(portal).port), '127.0.0.1');
    await once(other, 'listening');
    expect(await tell(null)).toBe(500);
    other.close();
    await once(other, 'close');
    expect(await tell(null)).toBe(200);
    expect((await fetch(portal)).status).toBeLessThan(500);
  });
});
