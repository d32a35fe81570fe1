import { inline } from '../../src/inline.ts';
import { createRuntime, type ReadResult } from '../../src/runtime.ts';
import { Author } from '../../src/portal/conformance/author.ts';
import { signerOf } from './fixture/signer.ts';

/** Counts one up so many times, and says how often it had to look. Bundled and started many times over by updates.node.test.ts. */
const [, , portal = '', seed = '', times = '', path = ''] = process.argv;
const { author, signer } = signerOf(() => new Author(seed));
const { datakey } = author.entry(0n);
const runtime = await createRuntime({ portals: [portal], storage: path === '' ? 'memory' : { path }, workers: inline(), policy: { verifiers: 1 } });
let attempts = 0;
const change = (current: ReadResult): Uint8Array => {
  attempts++;
  return new TextEncoder().encode(String(current.exists ? Number(new TextDecoder().decode(current.data)) + 1 : 1));
};
let guarded = 0;
for (let i = 0; i < Number(times); i++) if ((await runtime.update({ signer, datakey, change }))?.guarded === true) guarded++;
await runtime.close();
process.stdout.write(JSON.stringify({ attempts, guarded }));
