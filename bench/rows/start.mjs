// Starting: until the first verified read is answered, in a process that has done nothing yet.
import { entryOf, hex } from '../entries.mjs';
import { runScript } from '../processes.mjs';

export const service = { script: 'portal.mjs', args: [1] };
export const unit = 'ms';

async function firstRead(url) {
  const { pubkey, datakey, data } = entryOf(0, 1);
  const begun = performance.now();
  let heardAfter;
  const said = await runScript('first-read.mjs', [url, hex(pubkey), hex(datakey)], { onSaid: () => (heardAfter = performance.now() - begun) });
  const isIt = said.exists && said.source === 'portal' && said.revision === '1' && said.data === hex(data);
  if (!isIt) throw new Error('this was not the entry');
  return { fromCall: said.milliseconds, fromProcess: heardAfter };
}

export const contenders = {
  call: { group: 'start, from createRuntime() to the first verified read', name: 'secure-registry', run: async (url) => ({ value: (await firstRead(url)).fromCall }) },
  process: { group: 'start, from the start of its process to the first verified read', name: 'secure-registry', run: async (url) => ({ value: (await firstRead(url)).fromProcess }) },
};

export const bars = [];
