import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { hasCode, invalidInput, RegistryError } from '../../error.ts';
import { configureBundle, namedIn, readConfiguration, type NamedConfiguration } from '../../kernel/deployment/configuration.ts';
import { MAX_MODULE_BYTES, moduleFile, type ModuleFile } from '../../kernel/deployment/module-file.ts';
import { takePortalUrl } from '../../portal-url.ts';
import type { Bytes } from '../../registry/bytes.ts';
import { UsageError } from '../command.ts';

/** Options of what builds a module, and says where it goes. */
export const BUNDLE_OPTIONS = {
  portal: { type: 'string', multiple: true, help: 'a portal to upload to, which the module will use, too; say it again for more, in order of preference (default: SECURE_REGISTRY_PORTALS)' },
  trust: {
    type: 'string',
    multiple: true,
    help: 'the host of a page, or the link of a module, that may name other portals; say it again for more (default: SECURE_REGISTRY_TRUSTED_DOMAINS)',
  },
} as const;

interface BundleArguments {
  readonly portal?: readonly string[] | undefined;
  readonly trust?: readonly string[] | undefined;
}

/** What is to be deployed, and where. */
export interface BundleRequest extends NamedConfiguration {
  /** Undefined for the package's own. */
  readonly path: string | undefined;
}

/** The module of this package, where it was compiled. */
const OWN_BUNDLE = new URL('../web/module.js', import.meta.url);

/** @throws UsageError */
export function bundleRequest({ portal, trust }: BundleArguments, path: string | undefined): BundleRequest {
  if (path === '') throw new UsageError('BUNDLE must be a file');
  const named = namedIn(process.env);
  return { path, portals: normalized(portal ?? named.portals), trustedDomains: trust ?? named.trustedDomains };
}

/** A module that can be deployed. */
export interface Bundle extends ModuleFile {
  readonly script: Bytes;
}

/**
 * The script to deploy, configured as it was asked for, and its link.
 * @param otherwise the portals of one that is to be configured where neither the request nor the bundle names any
 * @throws UsageError, RegistryError `INVALID_INPUT`
 */
export async function readBundle(request: BundleRequest, otherwise: readonly string[] = []): Promise<Bundle> {
  const { path } = request;
  const script = configured(await bytesOf(path ?? fileURLToPath(OWN_BUNDLE), path === undefined), request, otherwise);
  return { script, ...moduleFile(script) };
}

function configured(bundle: Bytes, { portals, trustedDomains }: BundleRequest, otherwise: readonly string[]): Bytes {
  const fixed = readConfiguration(bundle);
  if (fixed === undefined) {
    if (trustedDomains !== undefined) throw new UsageError('this bundle has no configuration: --trust and SECURE_REGISTRY_TRUSTED_DOMAINS are for those that begin with one');
    return bundle;
  }
  try {
    return configureBundle(bundle, { portals: portals ?? (fixed.portals.length > 0 ? fixed.portals : otherwise), trustedDomains: trustedDomains ?? fixed.trustedDomains });
  } catch (error) {
    if (hasCode(error, 'INVALID_INPUT')) throw new UsageError(error.message.replace(/^trustedDomains(?:\[\d+\])?/, '--trust'));
    throw error;
  }
}

function normalized(urls: readonly string[] | undefined): readonly string[] | undefined {
  const portals = urls?.map((url) => portalUrl(url));
  if (new Set(portals).size !== (portals?.length ?? 0)) throw new UsageError('--portal must be another portal each time');
  return portals;
}

function portalUrl(text: string): string {
  try {
    return takePortalUrl(text, '--portal');
  } catch (error) {
    throw error instanceof RegistryError ? new UsageError(error.message) : error;
  }
}

/** Reads no more than a module can be. */
async function bytesOf(path: string, isOwn: boolean): Promise<Bytes> {
  const bytes = new Uint8Array(MAX_MODULE_BYTES + 1);
  let length = 0;
  try {
    const file = await open(path);
    try {
      for (let read = 1; read > 0; length += read) ({ bytesRead: read } = await file.read(bytes, length, bytes.length - length));
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new RegistryError('INVALID_INPUT', `the bundle ${path} cannot be read`, { cause, field: 'BUNDLE', hint: isOwn ? 'npm run compile makes it' : 'name a file that this user can read' });
  }
  if (length === 0 || length > MAX_MODULE_BYTES) throw invalidInput(`the bundle ${path}`, `one script of at most ${MAX_MODULE_BYTES} bytes`);
  return bytes.slice(0, length);
}
