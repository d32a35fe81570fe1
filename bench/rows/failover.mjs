// Failover: from SIGKILL of the live portal's process to the first verified update of a new revision through the next portal.
import { createRuntime } from 'secure-registry';
import { entryOf, keyOf, writeText } from '../entries.mjs';
import { startService } from '../processes.mjs';

export const unit = 'ms';

async function ours() {
  const portals = await Promise.all([startService('portal.mjs', [1]), startService('portal.mjs', [1])]);
  const [first, second] = portals.map(({ ready }) => ready.url);
  const runtime = await createRuntime({ portals: [first, second], storage: 'memory' });
  const { promise: live, resolve: isLive } = deferred();
  const { promise: updated, resolve: isUpdated } = deferred();
  runtime.watch(keyOf(0), { status: true }).subscribe((result) => {
    if (result.status === 'live') isLive(result);
    if (result.exists && result.revision === 2n) isUpdated(result);
  });
  const { confirmedBy: before } = await live;
  if (!before.includes(first)) throw new Error('the first portal is not the live one');
  await new Promise((resolve) => void setTimeout(resolve, 500)); // a connection that is used to being alive

  const write = { method: 'POST', body: writeText(entryOf(0, 2)) };
  const killed = performance.now();
  portals[0].kill('SIGKILL');
  const written = fetch(`${second}/skynet/registry`, write);
  const { confirmedBy: after } = await updated;
  const value = performance.now() - killed;
  if ((await written).status !== 204 || !after.includes(second)) throw new Error('the second portal has not taken over');
  await runtime.close();
  portals[1].kill();
  return { value };
}

function deferred() {
  const settlers = {};
  const promise = new Promise((resolve) => void Object.assign(settlers, { resolve }));
  return { promise, ...settlers };
}

export const contenders = { 'secure-registry': { group: 'failover, SIGKILL to a new revision', name: 'secure-registry', run: ours } };

export const bars = [
  {
    text: 'failover, the slowest round: at most 1,500 ms',
    figure: (summaries) => summaries['secure-registry'].max,
    holds: (milliseconds) => milliseconds <= 1_500,
    unit: ' ms',
  },
];
