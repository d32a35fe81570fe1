import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where programs of this user keep what must outlive them, by the rule of the platform (on Unix the XDG base directory
 * specification, which has a relative path count as none), and in it our own place.
 */
export function stateDirectory(...below: readonly string[]): string {
  return join(platformDirectory(), 'secure-registry', ...below);
}

function platformDirectory(): string {
  if (process.platform === 'win32') return process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  const named = process.env['XDG_STATE_HOME'];
  return named?.startsWith('/') ? named : join(homedir(), '.local', 'state');
}
