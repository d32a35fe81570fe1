// A portal in a process of its own, that does what its parent says: any of FaultyPortal's methods, or new faults. It ends with its parent.
import { FaultyPortal } from 'secure-registry/testing';

const portal = await FaultyPortal.start();

async function obey({ call, args = [] }) {
  if (call === 'fault') return void (portal.faults = args[0]);
  if (call === 'traffic') return portal.traffic;
  if (call === 'sayOften') return sayOften(...args);
  return portal[call](...args);
}

/** So many frames a second to whoever is connected, each another one: of a number after a mark, for so long. */
async function sayOften(text, mark, perSecond, milliseconds) {
  const begun = performance.now();
  for (let said = 0; performance.now() - begun < milliseconds; ) {
    for (const due = ((performance.now() - begun) * perSecond) / 1_000; said < due; said++) portal.say(text.replace(mark, String(1_000 + said)));
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}

process.on('message', ({ id, ...command }) => {
  obey(command).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send({ ready: portal.url });
