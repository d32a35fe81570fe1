// What `npm start` shows. With --once it ends after the main job; else it serves a page that watches the entry, until Ctrl-C.
import { once } from 'node:events';
import { doMainJob } from './main-job.mjs';
import { servePage } from './page-server.mjs';

const begun = performance.now();
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const say = (line) => console.log(`${((performance.now() - begun) / 1000).toFixed(2).padStart(6)} s  ${line}`);

/** @param {{ once: boolean }} options */
export async function main({ once: isOnce }) {
  const job = await doMainJob(say);
  if (isOnce) {
    await job.close();
    say('every step was seen');
    return;
  }
  const page = await servePage({ portals: job.portals.map(({ url }) => url), pubkey: hex(job.key.pubkey), datakey: hex(job.key.datakey) });
  say(`a page that watches the entry: ${page.url}`);
  for (const { url, pid } of job.portals) say(`${url} is process ${pid}: try kill -9 ${pid}`);
  say('Ctrl-C ends it');
  const writing = writeEveryTwoSeconds(job);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(writing);
  page.close();
  await job.close();
}

function writeEveryTwoSeconds({ author, sign }) {
  let revision = 2n;
  return setInterval(() => {
    revision++;
    sign(`it is ${new Date().toLocaleTimeString('en-GB')}`, revision)
      .then((entry) => author.write(entry))
      .catch((error) => say(`${error.code}: ${error.message}`));
  }, 2_000);
}
