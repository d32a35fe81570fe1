// What `npm start` shows: the main job, and then, unless it is told --once, a page to play with, until Ctrl-C.
import { once } from 'node:events';
import { startDemo } from './demo.mjs';
import { doMainJob } from './main-job.mjs';

const begun = performance.now();
const say = (line) => console.log(`${((performance.now() - begun) / 1000).toFixed(2).padStart(6)} s  ${line}`);

/** @param {{ once: boolean }} options */
export async function main({ once: isOnce }) {
  await doMainJob(say);
  say('every step was seen');
  if (isOnce) return;
  const demo = await startDemo();
  say(`three new portals, which can be told to misbehave: ${demo.portals.join(' ')}`);
  say(`a page to play with: ${demo.url}`);
  say('Ctrl-C ends it');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await demo.close();
}
