import { invalidInput, RegistryError } from '../../error.ts';
import { takePortalUrl } from '../../portal-url.ts';
import type { Bytes } from '../../registry/bytes.ts';

/** What is fixed when a module is built. */
export interface ModuleConfiguration {
  /** URLs of the portals that it uses unless it is told of others, in order of preference; none, and every call is an error. */
  readonly portals: readonly string[];
  /** Who may tell it of others: hosts of pages, and links of modules, as a kernel names a caller. */
  readonly trustedDomains: readonly string[];
}

const BEGINNING = 'var SECURE_REGISTRY_MODULE=';
const END = ';';
const LINE_FEED = 0x0a;

/** Of each list. */
const MOST = 64;
/** Far more than so many URLs take. */
const MOST_LINE_BYTES = 65_536;

/** A host as `URL.hostname` spells it, with brackets around one of IPv6; or 46 characters of base64url. */
const DOMAIN = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]|[\w-]{46})$/;

/**
 * The first line of a bundle that is configured so, without its end: a global variable of a classic script.
 * @throws RegistryError `INVALID_INPUT` naming `portals[0]` or `trustedDomains[0]`
 */
export function configurationLine(configuration: ModuleConfiguration): string {
  return `${BEGINNING}${scriptJson(taken(configuration))}${END}`;
}

/** What an environment says of a configuration, not checked yet; undefined where it says nothing. */
export interface NamedConfiguration {
  readonly portals: readonly string[] | undefined;
  readonly trustedDomains: readonly string[] | undefined;
}

/** Reads `SECURE_REGISTRY_PORTALS` and `SECURE_REGISTRY_TRUSTED_DOMAINS`: lists, with commas or white space in between. */
export function namedIn(environment: Readonly<Record<string, string | undefined>>): NamedConfiguration {
  const list = (name: string): readonly string[] | undefined => {
    const items = (environment[name] ?? '').split(/[\s,]+/).filter((item) => item !== '');
    return items.length === 0 ? undefined : items;
  };
  return { portals: list('SECURE_REGISTRY_PORTALS'), trustedDomains: list('SECURE_REGISTRY_TRUSTED_DOMAINS') };
}

/** JSON that any script can hold: without what a page's parser, or an older engine, would take for the end of something. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * What the first line of a bundle configures; undefined if that is another line.
 * @throws RegistryError `INVALID_INPUT` naming the field, `bundle` where it is no such line as we write
 */
export function readConfiguration(bundle: Uint8Array): ModuleConfiguration | undefined {
  const line = firstLine(bundle);
  return line === undefined ? undefined : configurationOf(line);
}

/**
 * The bundle with this first line in the place of the one it has.
 * @throws RegistryError `INVALID_INPUT`; `UNSUPPORTED` for a bundle that has no such line
 */
export function configureBundle(bundle: Uint8Array, configuration: ModuleConfiguration): Bytes {
  const line = firstLine(bundle);
  if (line === undefined) throw new RegistryError('UNSUPPORTED', 'the first line of the bundle is not that of a configuration', { field: 'bundle' });
  configurationOf(line); // what is damaged is not mended without a word
  const head = new TextEncoder().encode(configurationLine(configuration));
  const rest = bundle.subarray(endOfLine(bundle));
  const configured = new Uint8Array(head.length + rest.length);
  configured.set(head);
  configured.set(rest, head.length);
  return configured;
}

function configurationOf(line: string): ModuleConfiguration {
  const fault = invalidInput('bundle', `one whose first line is ${BEGINNING}{"portals":[],"trustedDomains":[]}${END} or the like`);
  if (!line.endsWith(END)) throw fault;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(BEGINNING.length, -END.length));
  } catch {
    throw fault; // the parser's own error quotes the line
  }
  const names = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  if (names.length !== 2) throw fault;
  const { portals, trustedDomains } = value as Record<string, unknown>;
  return taken({ portals, trustedDomains });
}

/** Checks both lists, and copies them. */
function taken({ portals, trustedDomains }: { readonly portals: unknown; readonly trustedDomains: unknown }): ModuleConfiguration {
  return { portals: takeList(portals, 'portals', takePortalUrl), trustedDomains: takeList(trustedDomains, 'trustedDomains', takeDomain) };
}

function takeList(value: unknown, field: string, take: (item: unknown, field: string) => string): readonly string[] {
  if (!Array.isArray(value) || value.length > MOST) throw invalidInput(field, `a list of at most ${MOST}`);
  const items = value.map((item: unknown, i) => take(item, `${field}[${i}]`));
  const twice = items.findIndex((item, i) => items.indexOf(item) !== i);
  if (twice !== -1) throw invalidInput(`${field}[${twice}]`, 'another one than those before it');
  return items;
}

function takeDomain(value: unknown, field: string): string {
  if (typeof value !== 'string' || !DOMAIN.test(value)) throw invalidInput(field, 'a host in lower case, without https:// or a port, or the link of a module');
  return value;
}

/** Undefined unless it begins as ours does. Nothing beyond it is looked at: a bundle need not be text throughout. */
function firstLine(bundle: Uint8Array): string | undefined {
  for (let i = 0; i < BEGINNING.length; i++) if (bundle[i] !== BEGINNING.charCodeAt(i)) return undefined;
  const end = endOfLine(bundle);
  if (end > MOST_LINE_BYTES) throw invalidInput('bundle', `one whose first line has at most ${MOST_LINE_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bundle.subarray(0, end));
  } catch {
    throw invalidInput('bundle', 'one whose first line is UTF-8');
  }
}

function endOfLine(bundle: Uint8Array): number {
  const at = bundle.indexOf(LINE_FEED);
  return at === -1 ? bundle.length : at;
}
