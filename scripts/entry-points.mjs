// What the package is built from, for the build and for who measures it.

/** Scripts that import their packages, and share chunks, in Node and in browsers. */
export const LIBRARY = { index: 'src/index.ts', inline: 'src/inline.ts', keyring: 'src/keyring.ts', inspect: 'src/inspect.ts', kernel: 'src/kernel.ts', machines: 'src/machines.ts', testing: 'src/testing.ts' };

/** What there is in Node alone, or more of. */
export const NODE = { ...LIBRARY, portal: 'src/portal/index.ts', testing: 'src/testing.node.ts' };

/** The command: nobody imports it, and so it need not share its packages with anybody. */
export const COMMAND = { cli: 'src/cli/index.ts' };

/** Scripts that hold all they need: a browser resolves no package in a worker, and some bundlers lose a worker's chunks. */
export const WORKERS = {
  worker: 'src/worker.ts',
  'portal.worker': 'actors/portal/worker.ts',
  'entries.worker': 'actors/entries/worker.ts',
  'verifier.worker': 'actors/verifier/worker.ts',
  'vault.worker': 'actors/vault/worker.ts',
  'kdf.worker': 'actors/vault/kdf/worker.ts',
};

/** Of these, those that hold the most, minified twice. */
export const SMALL_WORKERS = ['worker', 'entries.worker'];

/** One classic script for a kernel, which starts it in a worker. */
export const MODULE = 'src/kernel/module/index.ts';

/** The page of a frame, and what stands beside it. */
export const FRAME = 'src/kernel/frame/main.ts';

/** Which of a package's files go into them: of RxJS the ones with classes of the language, not with what older engines need in their place. */
export const WORKER_CONDITIONS = ['es2015', 'module'];

/** The inspector: its page, and what shows it in any page. */
export const INSPECTOR = { page: 'src/inspector/page.ts', inspector: 'src/inspector/index.ts' };
