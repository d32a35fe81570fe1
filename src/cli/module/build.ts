import { RegistryError } from '../../error.ts';
import { moduleKeys } from '../../kernel/deployment/module-keys.ts';
import { createPortal, type Portal } from '../../portal/index.ts';
import { command } from '../command.ts';
import { DEFAULT_PORTAL } from '../portal-address.ts';
import { stateDirectory } from '../state-directory.ts';
import { BUNDLE_OPTIONS, bundleRequest, readBundle } from './bundle.ts';
import { checkState, deployedAsJson, deployModule, DEPLOYMENT_OPTIONS } from './deployment.ts';
import { FOLDER_OPTION, ModuleFolder } from './folder.ts';

/** `secure-registry module build`: the developer version of a kernel module. */
export const buildCommand = command({
  summary: "deploy the developer version of a kernel module, by a link of this machine's own",
  usage: '[BUNDLE] [--portal URL] [--portal URL] [--trust DOMAIN] [--out DIR] [--state DIR] [--json]',
  positionals: [0, 1],
  options: { ...BUNDLE_OPTIONS, ...FOLDER_OPTION, ...DEPLOYMENT_OPTIONS },
  async run({ out, state, json = false, ...others }, [path]) {
    checkState(state);
    const request = bundleRequest(others, path);
    const folder = new ModuleFolder(out);
    // What is deployed to the portal they run is to use it.
    const bundle = await readBundle(request, request.portals === undefined ? [DEFAULT_PORTAL] : []);
    const seed = await folder.devSeed();
    const keys = moduleKeys(seed);
    seed.fill(0);
    try {
      await withPortals(request.portals, async (portals) => {
        const deployed = await deployModule({ bundle, keys, portals, state, say: json ? () => {} : console.log });
        await folder.keepDevLink(deployed.resolver);
        if (json) console.log(deployedAsJson(deployed, portals));
      });
    } finally {
      keys.secretKey.fill(0);
    }
    return 0;
  },
});

/** Gives `use` the portals that were named; else the one whose data `secure-registry portal` serves, which runs until it is done. */
async function withPortals(named: readonly string[] | undefined, use: (portals: readonly string[]) => Promise<void>): Promise<void> {
  if (named !== undefined) return use(named);
  const portal = await embeddedPortal();
  try {
    await use([portal.url]);
  } finally {
    await portal.close();
  }
}

async function embeddedPortal(): Promise<Portal> {
  try {
    return await createPortal({ data: stateDirectory('portal') });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(error.code, error.message, { retryable: error.retryable, cause: error, hint: `where a portal runs on it, name that one: --portal ${DEFAULT_PORTAL}, or where it listens` });
  }
}
