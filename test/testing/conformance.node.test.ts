import { expect, it, onTestFinished } from 'vitest';
import { FaultyPortal, runPortalConformance } from '../../src/testing.node.ts';
import { codeOf } from '../link/fixture/channels.ts';

async function start(): Promise<FaultyPortal> {
  const portal = await FaultyPortal.start();
  onTestFinished(() => portal.close());
  return portal;
}

it('given a portal that does as it should, then it passes every check', async () => {
  const { url } = await start();
  const report = await runPortalConformance(url);
  expect(report.checks.filter(({ isPassed }) => !isPassed)).toEqual([]);
  expect(report).toMatchObject({ url, failed: 0, passed: report.checks.length });
  expect(report.passed).toBeGreaterThan(20);
});

it('given one that says that it stored what it did not, then the report tells what was seen, and the seed', async () => {
  const portal = await start();
  portal.faults = { writes: 'lose' };
  const report = await runPortalConformance(portal.url, { seed: 'a seed', patience: 2_000 });
  expect(report.failed).toBeGreaterThan(0);
  expect(report.passed + report.failed).toBe(report.checks.length);
  expect(report.checks.find(({ isPassed }) => !isPassed)?.reason).toContain('(seed a seed)');
});

it('given what is no URL, then it is refused', async () => {
  expect(await codeOf(runPortalConformance('nowhere'))).toBe('INVALID_INPUT');
});
