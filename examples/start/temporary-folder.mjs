// Folders for what must not outlive the program.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that ends with this process, also where SIGINT or SIGTERM ends that; not where SIGKILL does. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'secure-registry-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // A signal that nobody listens to ends a process without its `exit`. Whoever listens, too, ends it in their own way.
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    process.once(signal, () => {
      if (process.listenerCount(signal) === 0) process.exit(code);
    });
  }
  return folder;
}
