import { RegistryError } from '../../error.ts';
import { createRuntime } from '../../runtime.ts';
import { realClock } from '../../world.ts';
import { reasonOf } from '../border/index.ts';
import { readFrameConfiguration } from './configuration.ts';
import { ConsentDesk } from './consent-desk.ts';
import { storedConsents } from './consent-store.ts';
import { Door } from './door.ts';
import { statusTarget, tellStatus } from './frame-status.ts';
import { FrameView } from './frame-view.ts';
import { RegistryHost } from './registry-host.ts';

/** Of the package, put in where the frame is built. */
declare const SECURE_REGISTRY_VERSION: string;

interface TrustedTypes {
  createPolicy(name: string, policy: { readonly createScriptURL: (url: string) => string }): unknown;
}

// The page's policy lets nothing but this choose scripts: the workers, which stand beside this one.
(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    if (new URL('.', url).href === new URL('.', import.meta.url).href && url.endsWith('.worker.js')) return url;
    throw new TypeError('no script of the frame');
  },
});

try {
  run();
} catch (error) {
  // Nobody is let in, and whoever looks for the mistake finds it.
  document.body.textContent = reasonOf('', error);
  // Whom it lists cannot be known.
  tellStatus(window, statusTarget(ancestorsOf(window.location)), reasonOf('', error));
}

function run(): void {
  const configuration = readFrameConfiguration(document.querySelector('#configuration')?.textContent ?? '');
  const root = document.querySelector<HTMLElement>('#view');
  if (root === null) throw new RegistryError('INVALID_INPUT', 'the page must have an element #view', { field: 'page' });
  const isFramed = window.parent !== window;
  const ancestors = ancestorsOf(window.location);
  // In a stranger's page nothing is even started.
  if (isFramed && ancestors?.every((ancestor) => configuration.origins.has(ancestor)) === false) return;
  const runtime = createRuntime({ portals: configuration.portals, storage: 'persistent' });
  const vault = runtime.then((started) => started.vault);
  const store = storedConsents();
  const view = new FrameView({ root, vault: () => vault, allowed: () => store.list(), withdraw: (origin) => desk.withdraw(origin) });
  const desk = new ConsentDesk({ vault, store, view, clock: realClock });
  // The vault is managed in the page itself, too; there nobody else is heard.
  if (!isFramed) return void view.manage();
  // oxlint-disable-next-line no-new -- it lives as long as the window
  new Door({
    window: window as never,
    ancestors,
    configuration,
    host: new RegistryHost({ links: configuration.modules, runtime, clock: realClock, desk }),
    ready: runtime,
    clock: realClock,
    random: (bytes) => crypto.getRandomValues(bytes),
    version: SECURE_REGISTRY_VERSION,
  });
  window.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) return;
    runtime.then((started) => started.close()).catch(() => {}); // it is gone either way
  });
}

/** The origins around the frame, where the browser tells. */
function ancestorsOf({ ancestorOrigins }: { readonly ancestorOrigins?: ArrayLike<string> }): readonly string[] | undefined {
  return ancestorOrigins === undefined ? undefined : Array.from(ancestorOrigins);
}
