import { legacySeed, stretchedSeed } from '../../kernel/deployment/deployment-seed.ts';
import { RegistryError } from '../../error.ts';
import { moduleKeys, type EntryKeys } from '../../kernel/deployment/module-keys.ts';
import { formatSkylink } from '../../skylink/index.ts';
import { command, UsageError } from '../command.ts';
import { withProgress } from '../entry-arguments.ts';
import { passwordsFrom, PASSWORD_OPTION } from '../password.ts';
import { BUNDLE_OPTIONS, bundleRequest, readBundle } from './bundle.ts';
import { checkState, deployedAsJson, deployModule, DEPLOYMENT_OPTIONS, resolverLinkOf } from './deployment.ts';
import { FOLDER_OPTION, ModuleFolder, randomPhrase } from './folder.ts';
import { DEPLOYMENT_PROMPTS, NEW_MODULE } from './prompts.ts';

/** `secure-registry module deploy`: the production version of a kernel module. */
export const deployCommand = command({
  summary: 'deploy the production version of a kernel module, by the link of a password',
  usage: '[BUNDLE] --portal URL [--portal URL] [--trust DOMAIN] [--password-file FILE] [--legacy-derivation] [--out DIR] [--state DIR] [--json]',
  positionals: [0, 1],
  options: {
    ...BUNDLE_OPTIONS,
    ...PASSWORD_OPTION,
    'legacy-derivation': { type: 'boolean', help: 'derive the link as the tools of Skynet kernels did: for links that were made by them, not for new ones' },
    ...FOLDER_OPTION,
    ...DEPLOYMENT_OPTIONS,
  },
  async run({ out, state, json = false, 'password-file': passwordFile, 'legacy-derivation': isLegacy = false, ...others }, [path]) {
    checkState(state);
    const request = bundleRequest(others, path);
    const { portals } = request;
    if (portals === undefined) throw new UsageError('--portal is missing: there is no portal that everybody uses');
    const folder = new ModuleFolder(out);
    const askPassword = passwordsFrom(passwordFile, DEPLOYMENT_PROMPTS);
    const bundle = await readBundle(request);
    const known = await folder.productionLink();
    const keptSalt = await folder.salt();
    if (known !== undefined && keptSalt === undefined) {
      throw new RegistryError('STORAGE', '.module-salt is missing, without which no password makes the link in module-skylink', { retryable: false, hint: 'put the file back as it was committed' });
    }
    if (known === undefined && passwordFile !== undefined) for (const line of NEW_MODULE) console.error(line);
    const password = known === undefined ? await askPassword.chosen() : await askPassword.known();
    const salt = keptSalt ?? randomPhrase();
    const secret = { password, salt };
    const keys = await keysOf(isLegacy ? Promise.resolve(legacySeed(secret)) : stretchedSeed(secret));
    try {
      const link = formatSkylink(resolverLinkOf(keys));
      if (known !== undefined && formatSkylink(known) !== link) throw wrongPassword(isLegacy);
      // Before the link is moved: nobody could move it again without.
      const prepare = keptSalt === undefined ? () => folder.keepSalt(salt) : undefined;
      const deployed = await deployModule({ bundle, keys, portals, state, say: json ? () => {} : console.log, ...(prepare && { prepare }) });
      if (known === undefined) await folder.keepProductionLink(deployed.resolver);
      if (json) console.log(deployedAsJson(deployed, portals));
    } finally {
      keys.secretKey.fill(0);
    }
    return 0;
  },
});

async function keysOf(deriving: Promise<Uint8Array>): Promise<EntryKeys> {
  const seed = await withProgress('stretching the password', deriving);
  const keys = moduleKeys(seed);
  seed.fill(0);
  return keys;
}

function wrongPassword(isLegacy: boolean): RegistryError {
  const other = isLegacy ? 'without --legacy-derivation, if it was made by secure-registry' : 'with --legacy-derivation, if it was made by other tools';
  return new RegistryError('WRONG_PASSWORD', 'the password does not make the link in module-skylink', { hint: `try again; or ${other}` });
}
