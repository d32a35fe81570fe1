// A pkarr relay, as much of it as a GET needs: `node pkarr-relay.mjs COUNT` serves packets 0 … COUNT-1, and for key COUNT the packet of key 0.
import { createServer } from 'node:http';
import { SignedPacket, z32 } from 'pkarr';
import { packetKeysOf } from './pkarr.mjs';

const count = Number(process.argv[2]);

function packetOf(number) {
  const answers = [{ name: 'entry', type: 'TXT', ttl: 60, data: `${number}-${'x'.repeat(100)}` }];
  return SignedPacket.fromPacket(packetKeysOf(number), { id: 0, type: 'response', flags: 0, answers }, { timestamp: 1 }).bytes();
}

const packets = new Map(Array.from({ length: count }, (_, number) => [`/${z32.encode(packetKeysOf(number).publicKey)}`, packetOf(number)]));
packets.set(`/${z32.encode(packetKeysOf(count).publicKey)}`, packetOf(0));

const server = createServer((request, response) => response.end(packets.get(request.url)));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
