// Finds a Chromium for the browser tests, or installs Debian's where this may be done.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './install.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find() {
  if (process.env.CHROMIUM_PATH) return isExecutable(process.env.CHROMIUM_PATH) ? process.env.CHROMIUM_PATH : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

const isDebianRoot = () => process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

/** The path of a Chromium; undefined, after saying what to do, if there is none and none can be installed. */
export function findOrInstallChromium() {
  const found = find();
  if (found || process.env.CHROMIUM_PATH) {
    if (!found) console.error(`CHROMIUM_PATH=${process.env.CHROMIUM_PATH} is not an executable file.`);
    return found;
  }
  if (isDebianRoot()) {
    console.log("installing Debian's chromium for the browser tests …");
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], quiet);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  }
  const installed = find();
  if (!installed) console.error('No Chromium here, and the browser tests need one. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH.');
  return installed;
}
