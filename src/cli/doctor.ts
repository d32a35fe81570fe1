import { access, constants, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keygenAsync } from '@noble/ed25519';
import { concatBytes } from '@noble/hashes/utils.js';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { RegistryError } from '../error.ts';
import { createPortal } from '../portal/index.ts';
import { hashDatakey, signEntry, Verdict, type EntryKey, type SignedEntry } from '../registry/index.ts';
import { createRuntime } from '../runtime.ts';
import { takePortalUrl } from '../portal-url.ts';
import { command, UsageError } from './command.ts';
import { withProgress } from './entry-arguments.ts';
import { stateDirectory } from './state-directory.ts';

/** One thing the runtime needs of a machine. */
interface Examination {
  readonly name: string;
  /** Answers what it found; throws if it is not as it should be. */
  examine(): Promise<string>;
  /** What to do if so. */
  readonly advice: string;
}

/** `secure-registry doctor`: what this machine has and lacks for the runtime. */
export const doctorCommand = command({
  summary: 'see what this machine has and lacks',
  usage: '[--portal URL] [--json]',
  positionals: [0, 0],
  options: {
    portal: { type: 'string', multiple: true, help: 'see whether this portal answers, too; say it again for more' },
    json: { type: 'boolean', help: 'JSON in place of lines' },
  },
  async run({ portal: portals = [], json = false }) {
    const examinations = [...EXAMINATIONS, ...portals.map(portalArgument).map(portalExamination)];
    const findings = [];
    for (const examination of examinations) {
      const finding = await withProgress(`examining ${examination.name}`, judge(examination));
      findings.push(finding);
      if (!json) console.log(finding.ok ? `ok     ${finding.name}: ${finding.found}` : `LACKS  ${finding.name}: ${finding.found}\n       ${examination.advice}`);
    }
    const isWell = findings.every(({ ok }) => ok);
    if (json) console.log(JSON.stringify({ ok: isWell, findings }));
    return isWell ? 0 : 1;
  },
});

async function judge(examination: Examination) {
  const { name, advice } = examination;
  try {
    return { name, ok: true, found: await examination.examine() };
  } catch (error) {
    const found = error instanceof RegistryError ? `${error.code}: ${error.message}` : error instanceof Error ? error.message : String(error);
    return { name, ok: false, found, advice };
  }
}

const EXAMINATIONS: readonly Examination[] = [
  {
    name: 'node',
    advice: 'install Node 20.19 or newer',
    async examine() {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      if (major < 20 || (major === 20 && minor < 19)) throw new Error(`${process.versions.node} is too old`);
      return process.versions.node;
    },
  },
  {
    name: 'signatures',
    advice: 'report it: one implementation or the other always verifies',
    async examine() {
      const engine = await new Verdict().engine();
      return engine === 'reference' ? 'verified in pure JavaScript, ten times slower: the native implementation does not follow the rule' : `verified by ${engine}`;
    },
  },
  {
    name: 'state directory',
    advice: 'make it writable, or name another one with --state and --data',
    async examine() {
      const directory = stateDirectory();
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await access(directory, constants.W_OK);
      return directory;
    },
  },
  {
    name: 'main job',
    advice: 'workers, sockets on loopback and LMDB have to work: see the message; a container may forbid one of them',
    examine: () => inTemporaryFolder(doMainJob),
  },
];

/** Writes, watches and reads an entry through a portal of its own, on real sockets, with real workers, on disk. */
async function doMainJob(folder: string): Promise<string> {
  const begun = performance.now();
  const portal = await createPortal({ data: join(folder, 'portal') });
  try {
    const runtime = await createRuntime({ portals: [portal.url], storage: { path: join(folder, 'floors') } });
    try {
      const entry = await someEntry();
      const seen = firstValueFrom(runtime.watch(entry).pipe(filter(({ exists }) => exists), timeout(10_000)));
      await runtime.write(entry);
      await seen;
      const result = await runtime.read(entry, { maxStaleness: 0 });
      if (!result.exists || result.floor !== 'durable') throw new Error('what was read would not outlive the process');
      return `an entry was written, watched and read back in ${Math.round(performance.now() - begun)} ms`;
    } finally {
      await runtime.close();
    }
  } finally {
    await portal.close();
  }
}

function portalArgument(text: string): string {
  try {
    return takePortalUrl(text, '--portal');
  } catch (error) {
    throw error instanceof RegistryError ? new UsageError(error.message) : error;
  }
}

function portalExamination(url: string): Examination {
  return {
    name: `portal ${url}`,
    advice: 'see whether it runs, and whether the URL is right; secure-registry portal-check tells more',
    async examine() {
      const runtime = await createRuntime({ portals: [url] });
      const begun = performance.now();
      try {
        await runtime.read(await someKey(), { maxStaleness: 0 });
        return `answers in ${Math.round(performance.now() - begun)} ms`;
      } finally {
        await runtime.close();
      }
    },
  };
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'secure-registry-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function someKey(): Promise<EntryKey> {
  return { pubkey: (await keygenAsync()).publicKey, datakey: hashDatakey('doctor') };
}

async function someEntry(): Promise<SignedEntry> {
  const { secretKey: seed, publicKey: pubkey } = await keygenAsync();
  return signEntry({ pubkey, datakey: hashDatakey('doctor'), data: new TextEncoder().encode('well'), revision: 0n }, concatBytes(seed, pubkey));
}
