import { expect, it } from 'vitest';
import { redactVault } from '../../../actors/vault/redaction.ts';
import type { InspectionEvent } from '../../../src/link/index.ts';
import { startVault } from './fixture.ts';

const OF = { sessionId: 'vault/x:0', rootId: 'vault/x:0', createdAt: '0', _version: '0.7.2', id: null } as const;
const SECRET = 'correct horse battery staple';
const tainted = { password: SECRET, seed: new Uint8Array(16).fill(7), nested: { password: SECRET }, cause: new Error(SECRET) };

it.each<InspectionEvent>([
  { ...OF, type: '@xstate.actor', name: 'vault', definition: '{}', snapshot: { status: 'active', value: 'locked', context: { wait: 7, ...tainted }, input: tainted, output: SECRET, error: tainted.cause } },
  { ...OF, type: '@xstate.event', event: { type: 'UNLOCK', task: 7, ...tainted } as never },
  { ...OF, type: '@xstate.snapshot', event: { type: 'ENDED', wait: 7, stands: 'vault', isOpen: true, ...tainted } as never, snapshot: { status: 'done', value: { unlocked: 'resting' }, context: { wait: 7, progress: 0, ...tainted } } },
])('shows of $type states, numbers and what stands there, and nothing that might be a secret', (event) => {
  const text = JSON.stringify(redactVault(event));
  expect(text).not.toContain('horse');
  expect(text).not.toContain('nested');
  expect(text).not.toContain('[7');
  expect(text).not.toContain('"0":7');
  expect(text).toContain(':7');
});

it('shows what the machine is told as it is', () => {
  const event = { type: 'ENDED', wait: 2_000, stands: 'vault', isOpen: false };
  const snapshot = { status: 'active', value: { locked: 'delayed' }, context: { wait: 2_000, progress: 0 } };
  expect(redactVault({ ...OF, type: '@xstate.snapshot', event, snapshot })).toEqual({ ...OF, type: '@xstate.snapshot', event, snapshot });
});

it('is what every inspector of the actor is shown, whatever somebody sends it', async () => {
  const { vault } = await startVault();
  const seen: InspectionEvent[] = [];
  vault.inspect$.subscribe((event) => seen.push(event));
  await vault.snapshot();
  await vault.send({ type: 'LOCK', ...tainted } as never);
  await vault.snapshot();
  expect(seen.filter(({ type }) => type === '@xstate.event')).toContainEqual(expect.objectContaining({ event: { type: 'LOCK' } }));
  expect(JSON.stringify(seen)).not.toContain('horse');
});
