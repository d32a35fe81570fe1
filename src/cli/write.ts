import { RegistryError } from '../error.ts';
import { DELETED_DATA, MAX_DATA_BYTES, MAX_REVISION, type EntryKey } from '../registry/index.ts';
import { bytesFromHex } from '../registry/wire/index.ts';
import type { Runtime } from '../runtime.ts';
import { AUTHOR_OPTIONS, authorFrom } from './author.ts';
import { command, UsageError } from './command.ts';
import { datakeyArgument, ENTRY_OPTIONS, hex, withProgress, withRuntime } from './entry-arguments.ts';

/** `secure-registry write`: signs an entry with a key from a vault or a file, and sends it to portals. */
export const writeCommand = command({
  summary: 'sign an entry and write it',
  usage:
    'DATAKEY (--data TEXT | --data-hex HEX | --delete) (--key NAME [--vault DIR] [--password-file FILE] | --key-file FILE) [--revision N|next] --portal URL [--portal URL] [--name] [--final] [--state DIR] [--json]',
  positionals: [1, 1],
  options: {
    ...ENTRY_OPTIONS,
    data: { type: 'string', help: `what to write, at most ${MAX_DATA_BYTES} bytes of UTF-8` },
    'data-hex': { type: 'string', help: 'what to write, as hex digits' },
    delete: { type: 'boolean', help: 'write what means "deleted"; the entry itself stays, its revision grows' },
    ...AUTHOR_OPTIONS,
    revision: { type: 'string', help: 'the revision, or next: one more than the newest there is (default next)' },
    final: { type: 'boolean', help: 'allow a leap of more than 2^48, and the last revision there is' },
  },
  async run({ portal, name = false, state, json = false, revision = 'next', final, ...others }, [text = '']) {
    const data = dataArgument(others);
    const datakey = datakeyArgument(text, name);
    const given = revisionArgument(revision);
    const withAuthor = authorFrom(others);
    return withRuntime({ portal, state }, async (runtime) => {
      const entry = await withAuthor(async ({ pubkey, sign }) => {
        const key = { pubkey, datakey };
        return sign({ ...key, data, revision: given ?? (await nextRevision(runtime, key)) });
      });
      const { entryId, acceptedBy } = await withProgress('writing', runtime.write(entry, final === true ? { final } : {}));
      const pubkey = `ed25519:${hex(entry.pubkey)}`;
      console.log(
        json
          ? JSON.stringify({ entryId: hex(entryId), pubkey, datakey: hex(datakey), revision: String(entry.revision), acceptedBy })
          : `wrote revision ${entry.revision} of ${pubkey} ${hex(datakey)}\naccepted by ${acceptedBy.join(' and ')}`,
      );
      return 0;
    });
  },
});

function dataArgument({ data, 'data-hex': digits, delete: isDeletion }: { data?: string | undefined; 'data-hex'?: string | undefined; delete?: boolean | undefined }): Uint8Array {
  if ([data, digits, isDeletion].filter((given) => given !== undefined).length !== 1) throw new UsageError('say what to write: one of --data, --data-hex and --delete');
  const bytes = isDeletion === true ? new Uint8Array(DELETED_DATA.length) : digits === undefined ? new TextEncoder().encode(data) : bytesFromHex(digits, { atMost: digits.length });
  if (bytes === undefined) throw new UsageError('--data-hex must be hex digits, two a byte');
  if (bytes.length > MAX_DATA_BYTES) throw new UsageError(`an entry holds at most ${MAX_DATA_BYTES} bytes`);
  return bytes;
}

/** Undefined for `next`. */
function revisionArgument(text: string): bigint | undefined {
  if (text === 'next') return undefined;
  const revision = /^(?:0|[1-9]\d{0,19})$/.test(text) ? BigInt(text) : undefined;
  if (revision === undefined || revision > MAX_REVISION) throw new UsageError(`--revision must be a number from 0 to ${MAX_REVISION}, or next`);
  return revision;
}

async function nextRevision(runtime: Runtime, key: EntryKey): Promise<bigint> {
  const current = await withProgress('asking portals for the newest revision', runtime.read(key, { maxStaleness: 0 }));
  if (!current.exists) return 0n;
  if (current.revision < MAX_REVISION) return current.revision + 1n;
  throw new RegistryError('REVISION_LIMIT', 'the entry has reached the last revision and can never change again', { current, hint: 'use another datakey' });
}
