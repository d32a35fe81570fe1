// A program that reads one entry: `node first-read.mjs URL PUBKEY DATAKEY`, both in hex. It knows nothing of the bench, so that nothing of it is timed.
import { createRuntime } from 'secure-registry';

const [url, pubkey, datakey] = process.argv.slice(2);
const begun = performance.now();
const runtime = await createRuntime({ portals: [url] });
const { data, revision, exists, source } = await runtime.read({ pubkey: Buffer.from(pubkey, 'hex'), datakey: Buffer.from(datakey, 'hex') });
const milliseconds = performance.now() - begun;
console.log(JSON.stringify({ exists, source, revision: String(revision), data: Buffer.from(data ?? []).toString('hex'), milliseconds }));
await runtime.close();
