import { keygenAsync } from '@noble/ed25519';
import { createRuntime, hashDatakey, signEntry } from 'secure-registry';
import { createPortal } from 'secure-registry/portal';

const portal = await createPortal({});
const runtime = await createRuntime({ portals: [portal.url] });
const { secretKey, publicKey } = await keygenAsync();
const key = { pubkey: publicKey, datakey: hashDatakey('greeting') };

const entry = signEntry({ ...key, data: new TextEncoder().encode('hello'), revision: 0n }, new Uint8Array([...secretKey, ...publicKey]));
await runtime.write(entry);
const { revision, data, status } = await runtime.read(key);
console.log(revision, new TextDecoder().decode(data), status);

await runtime.close();
await portal.close();
