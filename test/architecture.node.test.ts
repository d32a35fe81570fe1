import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as face from '../src/index.ts';
import * as keyring from '../src/keyring.ts';

const HOME = fileURLToPath(new URL('..', import.meta.url));

/** Where a file stands, what it must not import, and what it may. */
const ARROWS: readonly { readonly file: string; readonly forbidden: readonly string[]; readonly lawful: readonly string[] }[] = [
  {
    file: 'machines/here.ts',
    forbidden: ['node:fs', 'rxjs', 'comlink', '@noble/ed25519', '../actors/portal/actor.ts', '../src/error.ts', '../src/link/index.ts', '../src/portal/index.ts', '../src/index.ts'],
    lawful: ['xstate', './entry.ts', '../src/registry/index.ts'],
  },
  {
    file: 'actors/portal/here.ts',
    forbidden: [
      'node:fs',
      'ws',
      'lmdb',
      'hono',
      '@hono/node-server',
      '../../src/portal/index.ts',
      '../../src/portal/store/lmdb.ts',
      '../../src/cli/index.ts',
      '../../src/runtime.ts',
      '../../src/index.ts',
    ],
    lawful: ['xstate', 'rxjs', './actor.ts', '../../machines/portal.ts', '../../src/registry/index.ts', '../../src/link/index.ts', '../../src/error.ts'],
  },
  { file: 'actors/portal/here.node.ts', forbidden: ['../../src/portal/index.ts', '../../src/cli/index.ts', '../../src/runtime.ts'], lawful: ['node:fs', 'ws', './actor.ts'] },
  {
    file: 'src/link/here.ts',
    forbidden: ['node:worker_threads', 'ws', 'lmdb', 'hono', 'hono/cors', '@hono/node-server', 'rate-limiter-flexible', '../portal/index.ts', '../cli/index.ts', '../../actors/portal/actor.ts', '../../machines/portal.ts'],
    lawful: ['rxjs', 'comlink', './streams.ts', '../registry/index.ts', '../error.ts', '../world.ts'],
  },
  {
    file: 'src/inspector/view/here.ts',
    forbidden: ['node:fs', 'ws', 'rxjs', 'xstate', 'comlink', '../../runtime.ts', '../../index.ts', '../../link/index.ts', '../../registry/index.ts', '../../portal/index.ts', '../../../actors/portal/actor.ts', '../../../machines/portal.ts'],
    lawful: ['preact', 'elkjs/lib/elk-api.js', './app.tsx', '../model/log.ts', '../../inspect/report.ts', '../../machines.ts', '../../runtime/portal-view.ts'],
  },
  { file: 'src/here.ts', forbidden: ['node:fs', './inspector/index.ts', './portal/index.ts', './cli/index.ts', '../actors/portal/actor.ts', '../machines/portal.ts'], lawful: ['./registry/index.ts', './error.ts'] },
  {
    file: 'src/registry/here.ts',
    forbidden: ['node:crypto', 'ws', 'lmdb', 'hono', 'hono/cors', '@hono/node-server', '../link/index.ts', '../storage/index.ts', '../keyring/index.ts', '../portal/index.ts', '../../actors/vault/actor.ts', '../../machines/entry.ts'],
    lawful: ['@noble/ed25519', './entry.ts', './wire/index.ts', '../error.ts'],
  },
  {
    file: 'src/registry/deeper/here.ts',
    forbidden: ['node:crypto', 'ws', '../../link/index.ts', '../../keyring/index.ts', '../../portal/index.ts', '../../../actors/vault/actor.ts', '../../../machines/entry.ts'],
    lawful: ['@noble/hashes/sha2.js', './entry.ts', '../bytes.ts', '../wire/index.ts', '../../error.ts'],
  },
  { file: 'src/registry/deeper/here.node.ts', forbidden: ['../../link/index.ts', '../../keyring/index.ts'], lawful: ['node:crypto', '../bytes.ts', '../../error.ts'] },
  {
    file: 'src/skylink/here.ts',
    forbidden: ['node:crypto', 'ws', 'lmdb', 'hono', '@hono/node-server', '../registry/hash.ts', '../registry/verdict/index.ts', '../link/index.ts', '../storage/index.ts', '../portal/index.ts', '../index.ts', '../../actors/vault/actor.ts', '../../machines/entry.ts'],
    lawful: ['@noble/hashes/blake2.js', '@scure/base', './sector.ts', '../registry/index.ts', '../registry/bytes.ts', '../registry/wire/index.ts', '../error.ts'],
  },
  {
    file: 'src/keyring/here.ts',
    forbidden: [
      'node:crypto',
      'ws',
      'lmdb',
      'hono',
      'hono/cors',
      '@hono/node-server',
      '../registry/sign.ts',
      '../registry/verdict/index.ts',
      '../link/index.ts',
      '../storage/index.ts',
      '../portal/index.ts',
      '../policy.ts',
      '../index.ts',
      '../../actors/vault/actor.ts',
      '../../machines/entry.ts',
    ],
    lawful: ['@scure/bip39', './key-data.ts', './derivation/index.ts', '../registry/index.ts', '../registry/bytes.ts', '../error.ts'],
  },
  {
    file: 'src/keyring/deeper/here.ts',
    forbidden: ['node:crypto', 'ws', '../../registry/sign.ts', '../../link/index.ts', '../../portal/index.ts', '../../policy.ts', '../../../actors/vault/actor.ts', '../../../machines/entry.ts'],
    lawful: ['@scure/bip32', './path.ts', '../key-data.ts', '../algorithm/index.ts', '../../registry/index.ts', '../../registry/bytes.ts', '../../error.ts'],
  },
  { file: 'src/keyring/deeper/here.node.ts', forbidden: ['../../registry/sign.ts', '../../storage/index.ts'], lawful: ['node:crypto', '../key-data.ts', '../../registry/index.ts', '../../error.ts'] },
  { file: 'src/link/here.node.ts', forbidden: ['../../machines/portal.ts', '../../actors/portal/actor.ts', '../portal/index.ts', '../cli/index.ts'], lawful: ['node:worker_threads', 'ws', '../registry/index.ts'] },
  { file: 'src/storage/here.node.ts', forbidden: ['../../machines/portal.ts', '../../actors/portal/actor.ts', '../portal/index.ts'], lawful: ['node:fs', 'lmdb', '../error.ts'] },
  { file: 'src/storage/vault/here.node.ts', forbidden: ['../../../machines/portal.ts', '../../../actors/portal/actor.ts', '../../portal/index.ts'], lawful: ['node:fs', '../../keyring/vault/index.ts', '../adapter.ts'] },
  {
    file: 'src/kernel/here.ts',
    forbidden: ['node:crypto', 'ws', 'comlink', 'rxjs', '../runtime.ts', '../runtime/runtime.ts', '../link/index.ts', '../keyring/index.ts', '../storage/index.ts', '../portal/index.ts', '../index.ts', '../../actors/entries/actor.ts', '../../actors/portal/actor.ts', '../../machines/portal.ts'],
    lawful: ['xstate', '@noble/hashes/sha2.js', './protocol.ts', './border/index.ts', '../error.ts', '../world.ts', '../registry/index.ts', '../registry/bytes.ts', '../../machines/query.ts', '../../actors/entries/result.ts'],
  },
  {
    file: 'src/kernel/border/here.ts',
    forbidden: ['node:crypto', 'comlink', 'rxjs', '../../runtime.ts', '../../link/index.ts', '../../keyring/index.ts', '../../../machines/query.ts', '../../../actors/entries/actor.ts'],
    lawful: ['./question.ts', '../own.ts', '../../error.ts', '../../registry/index.ts', '../../registry/bytes.ts', '../../../actors/entries/result.ts'],
  },
  {
    file: 'src/kernel/deployment/here.ts',
    forbidden: ['node:crypto', 'ws', 'comlink', 'rxjs', '../../runtime.ts', '../../link/index.ts', '../../portal/index.ts', '../../cli/index.ts', '../../../actors/entries/actor.ts', '../../../machines/query.ts'],
    lawful: ['@noble/hashes/sha2.js', './module-file.ts', '../../error.ts', '../../portal-url.ts', '../../world.ts', '../../registry/index.ts', '../../skylink/index.ts', '../../keyring/skynet/index.ts'],
  },
  {
    file: 'src/kernel/module/here.ts',
    forbidden: ['node:crypto', 'ws', 'comlink', 'rxjs', '../../runtime.ts', '../../runtime/runtime.ts', '../../keyring/index.ts', '../../portal/index.ts', '../../skylink/index.ts', '../../index.ts'],
    lawful: ['xstate', '@noble/hashes/blake2.js', './core.ts', '../queries.ts', '../../link/index.ts', '../../storage/index.ts', '../../registry/index.ts', '../../../actors/entries/host.ts', '../../../actors/portal/logic.ts'],
  },
  {
    file: 'src/kernel/frame/here.ts',
    forbidden: ['node:crypto', 'ws', 'comlink', '../module/index.ts', '../client/index.ts', '../../portal/index.ts', '../../cli/index.ts', '../../keyring/index.ts', '../../../actors/vault/actor.ts', '../../../actors/portal/actor.ts', '../../../machines/portal.ts'],
    lawful: ['xstate', 'rxjs', './door.ts', '../protocol.ts', '../queries.ts', '../border/index.ts', '../../runtime.ts', '../../keyring/mnemonic.ts', '../../error.ts', '../../../actors/allowance.ts', '../../../actors/vault/service.ts', '../../../machines/consent.ts'],
  },
  {
    file: 'src/kernel/client/here.ts',
    forbidden: ['node:crypto', 'ws', 'comlink', 'xstate', '../module/index.ts', '../frame/index.ts', '../queries.ts', '../../portal/index.ts', '../../keyring/index.ts', '../../runtime.ts', '../../../actors/vault/actor.ts', '../../../machines/consent.ts'],
    lawful: ['rxjs', './frame-link.ts', '../protocol.ts', '../own.ts', '../border/secrets.ts', '../../error.ts', '../../registry/entry.ts', '../../../actors/vault/service.ts'],
  },
  { file: 'src/portal/here.ts', forbidden: ['../../machines/portal.ts', '../../actors/portal/actor.ts', '../runtime.ts', '../runtime/options.ts', '../cli/index.ts'], lawful: ['node:http', 'hono', 'hono/cors', '@hono/node-server', 'ws', 'lmdb', 'rate-limiter-flexible', '../registry/index.ts'] },
  {
    file: 'src/testing/here.ts',
    forbidden: ['node:net', 'ws', 'lmdb', 'hono', '../portal/index.ts', '../cli/index.ts', '../../actors/portal/actor.ts', '../../machines/portal.ts'],
    lawful: ['./faults.ts', '../inline.ts', '../runtime/hosting.ts', '../registry/index.ts', '../link/index.ts', '../storage/index.ts'],
  },
  { file: 'src/testing/here.node.ts', forbidden: ['../cli/index.ts', '../../actors/portal/actor.ts', '../../machines/portal.ts'], lawful: ['node:net', 'ws', '../portal/index.ts', '../registry/index.ts', './faults.ts'] },
  { file: 'src/cli/here.ts', forbidden: ['../../machines/portal.ts', '../../actors/portal/actor.ts'], lawful: ['node:process', '../portal/index.ts', '../index.ts'] },
  ...['index', 'runtime', 'inline', 'machines'].map((name) => ({
    file: `src/${name}.ts`,
    forbidden: ['node:fs', 'ws', 'lmdb', 'hono', 'hono/cors', '@hono/node-server', './portal/index.ts', './cli/index.ts'],
    lawful: ['rxjs', './registry/index.ts', './error.ts', '../actors/entries/actor.ts', '../actors/portal/actor.ts', '../machines/portal.ts'],
  })),
];

/** How a line can name another file. */
const SPELLINGS: readonly ((from: string, name: string) => string)[] = [
  (from) => `import '${from}';`,
  (from, name) => `import * as all${name} from '${from}';`,
  (from, name) => `import { some as some${name} } from '${from}';`,
  (from, name) => `import type { Some as Some${name} } from '${from}';`,
  (from) => `export * from '${from}';`,
  (from, name) => `export type { Some as Other${name} } from '${from}';`,
];
/** Every import in every spelling. The names differ, or the file would not parse and nothing in it be linted. */
const spelled = (all: readonly string[]): readonly string[] => all.flatMap((from) => SPELLINGS.map((spelling) => spelling(from, from.replaceAll(/\W/g, '_'))));

interface Diagnostic {
  /** Absent where a file does not parse. */
  readonly code?: string;
  readonly message: string;
  readonly help?: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

/** Runs the linter in a folder. It ends with 1 where it has something to say. */
const lint = async (folder: string): Promise<readonly Diagnostic[]> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [join(HOME, 'node_modules/oxlint/bin/oxlint'), '--format', 'json', '.'], { cwd: folder, maxBuffer: 2 ** 27 }, (error, stdout) => {
      if (error !== null && error.code !== 1) reject(error);
      else resolve((JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics);
    });
  });

describe('given the import arrows of the linter\'s configuration', () => {
  let folder: string;
  let reports: readonly Diagnostic[];

  /** A house of the same shape, whose every file is nothing but imports: what it must not, then what it may, a line each. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arrows-'));
    await symlink(join(HOME, 'node_modules'), join(folder, 'node_modules'));
    for (const file of ['tsconfig.json', '.oxlintrc.json']) await copyFile(join(HOME, file), join(folder, file));
    for (const { file, forbidden, lawful } of ARROWS) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), spelled([...forbidden, ...lawful]).join('\n'));
    }
    const diagnostics = await lint(folder);
    expect(diagnostics.filter(({ code }) => code === undefined)).toEqual([]);
    reports = diagnostics.filter(({ code }) => code?.includes('no-restricted-imports'));
  });

  afterAll(async () => rm(folder, { recursive: true, force: true }));

  const linesReported = (file: string): ReadonlySet<number> => new Set(reports.filter(({ filename }) => filename === file).flatMap(({ labels }) => labels.map(({ span }) => span.line)));

  it.each(ARROWS)('when $file imports what it must not, in any spelling, then the linter reports it', ({ file, forbidden }) => {
    const reported = linesReported(file);
    expect(spelled(forbidden).filter((_, i) => !reported.has(i + 1))).toEqual([]);
  });

  it.each(ARROWS)('when $file imports what it may, then the linter is silent', ({ file, forbidden, lawful }) => {
    const reported = linesReported(file);
    const first = spelled(forbidden).length + 1;
    expect(spelled(lawful).filter((_, i) => reported.has(first + i))).toEqual([]);
  });

  it('then every arrow of the configuration was seen to hold', async () => {
    const messages = [...(await readFile(join(HOME, '.oxlintrc.json'), 'utf8')).matchAll(/"message": "([^"]+)"/g)].map(([, message]) => message as string);
    const seen = reports.map(({ message, help }) => `${message} ${help ?? ''}`).join('\n');
    expect(messages.length).toBeGreaterThan(10);
    expect(messages.filter((message) => !seen.includes(message))).toEqual([]);
  });
});

describe('given the public face', () => {
  /** Everything the contract gives the entry point `.`, functions and constants. */
  const CONTRACT = [
    'createRuntime',
    'entryId',
    'hashEntry',
    'workHash',
    'compareEntries',
    'signEntry',
    'verifyEntry',
    'verifyProof',
    'resolverLink',
    'hashDatakey',
    'DELETED_DATA',
    'MAX_DATA_BYTES',
    'MAX_REVISION',
    'RegistryError',
    'toWire',
    'fromWire',
  ];
  /** What it leaves open, and we name: every rule of a policy with its default; a vault without a runtime; what speaks over a port that one granted; streams as loops. */
  const OURS: readonly string[] = ['DEFAULT_POLICY', 'grantedVault', 'openVault', 'valuesOf'];

  it('then it exports what the contract names, and nothing else', () => {
    expect(Object.keys(face).sort()).toEqual([...CONTRACT, ...OURS].sort());
  });

  it('then it exports the types that those functions take and give', async () => {
    const text = await readFile(join(HOME, 'src/index.ts'), 'utf8');
    for (const type of ['EntryKey', 'EntryType', 'SignedEntry', 'UnsignedEntry', 'EntrySigner', 'ErrorCode', 'RegistryErrorDetails', 'WireError']) expect(text).toMatch(new RegExp(`\\b${type}\\b`));
    expect(text).not.toMatch(/export \*/);
  });
});

describe('given the face of the keyring', () => {
  /** Everything api.md gives the entry point `./keyring`. */
  const CONTRACT = ['generateMnemonic', 'mnemonicToKeyData', 'isValidKeyData', 'explainKeyData', 'migrateKeyData', 'Keyring', 'verifyMessage', 'ENTROPY_KEYS'];
  /** What it leaves open: presets to build upon, and Skynet's seeds. */
  const OURS = ['DEFAULT_KEYS', 'REGISTRATION_KEY', 'skynetPhraseToKeyData', 'kernelSeedToKeyData'];

  it('then it exports what the contract names, and what is listed here, and nothing else', () => {
    expect(Object.keys(keyring).sort()).toEqual([...CONTRACT, ...OURS].sort());
  });
});
