// The HTTP service that w3name resolves names at, as much of it as is asked here: `node ipns-service.mjs COUNT`. What is posted to a name is what a
// GET answers. Names 0 … COUNT-1 are published by w3name itself before it listens to anybody else; name COUNT gets the record of name 0.
import { once } from 'node:events';
import { createServer } from 'node:http';
import W3NameService from 'w3name/service';
import { publish, v0 } from 'w3name';
import { nameOf } from './ipns.mjs';

const count = Number(process.argv[2]);
const records = new Map();

const server = createServer((request, response) => {
  if (request.method !== 'POST') return response.end(records.get(request.url));
  let record = '';
  request.setEncoding('latin1').on('data', (text) => (record += text));
  request.on('end', () => {
    records.set(request.url, JSON.stringify({ value: '', record }));
    response.end('{}');
  });
});

await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const service = new W3NameService(new URL(url), async () => {});
for (let number = 0; number < count; number++) {
  const name = await nameOf(number);
  await publish(await v0(name, `/ipfs/entry-${number}-${'x'.repeat(95)}`), name.key, service);
}
const [first, forged] = await Promise.all([nameOf(0), nameOf(count)]);
records.set(`/name/${forged.toString()}`, records.get(`/name/${first.toString()}`));
console.log(JSON.stringify({ url }));
