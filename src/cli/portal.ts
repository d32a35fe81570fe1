import { once } from 'node:events';
import { createPortal, type PortalOptions } from '../portal/index.ts';
import { readApiKey } from './api-key-file.ts';
import { command, UsageError } from './command.ts';
import { DEFAULT_PORT } from './portal-address.ts';
import { portFrom } from './port-argument.ts';
import { stateDirectory } from './state-directory.ts';

/** `secure-registry portal`: a portal until it is told to stop. */
export const portalCommand = command({
  summary: 'run a portal',
  usage: '[--port N] [--host H] [--data DIR] [--generation A|B] [--api-key-file FILE] [--trust-proxy]',
  positionals: [0, 0],
  options: {
    port: { type: 'string', help: `the port to listen at, 0 for any free one (default ${DEFAULT_PORT})` },
    host: { type: 'string', help: 'the address to listen at (default 127.0.0.1; 0.0.0.0 for all)' },
    data: { type: 'string', help: "where entries and files are kept (default: in the user's state directory; memory for nowhere)" },
    generation: { type: 'string', help: 'how WebSocket messages are shaped, A or B (default B)' },
    'api-key-file': { type: 'string', help: 'a file with the key that every request must bring (default: none)' },
    'trust-proxy': { type: 'boolean', help: "a reverse proxy stands in front, whose X-Forwarded-For tells the clients' addresses" },
  },
  async run({ port, host, data = stateDirectory('portal'), generation, 'api-key-file': keyFile, 'trust-proxy': trustProxy = false }) {
    if (host === '') throw new UsageError('--host must be the name or address to listen at');
    if (data === '') throw new UsageError('--data must be a folder, or memory');
    const options: PortalOptions = {
      port: portFrom(port, DEFAULT_PORT),
      data,
      trustProxy,
      ...(host === undefined ? {} : { host }),
      ...(generation === undefined ? {} : { generation: generationFrom(generation) }),
      ...(keyFile === undefined ? {} : { apiKey: await readApiKey(keyFile) }),
    };
    // Listened for before it starts: a signal that comes meanwhile must not end it half open.
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    const portal = await createPortal(options);
    console.log(`portal listening on ${portal.url}`);
    await stopped;
    await portal.close();
    return 0;
  },
});

function generationFrom(text: string): 'A' | 'B' {
  if (text !== 'A' && text !== 'B') throw new UsageError('--generation must be A or B');
  return text;
}
