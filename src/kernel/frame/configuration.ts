import { invalidInput } from '../../error.ts';
import { takeRecord } from '../../input.ts';
import { takePortalUrl } from '../../portal-url.ts';
import { REGISTRY_MODULE } from '../registry-module.ts';

/** What pages of an origin may do: SPEC.md has the methods. */
export const PERMISSIONS = ['read', 'write', 'sign', 'inspect'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each origin may do at most. */
export interface OriginLimits {
  /** Queries a second. Default 200. */
  readonly callsPerSecond: number;
  /** Queries at once, after a rest. Default 2,000. */
  readonly burst: number;
  /** Queries that are open at a time, subscriptions too. Default 2,000. */
  readonly open: number;
}

/** What a frame is configured with, in its page. */
export interface FrameConfiguration {
  /** URLs, one or more, in order of preference. */
  readonly portals: readonly string[];
  /** Who may talk to it: origins as browsers spell them. */
  readonly origins: ReadonlyMap<string, ReadonlySet<Permission>>;
  /** The links that the registry module answers to. */
  readonly modules: ReadonlySet<string>;
  readonly limits: OriginLimits;
}

const LINK = /^[\w-]{46}$/;
/** An origin whose host is a name or an address. */
const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/;
const DEFAULT_LIMITS: OriginLimits = { callsPerSecond: 200, burst: 2_000, open: 2_000 };

/**
 * The configuration that stands in the frame's page.
 * @param json `{ "portals": […], "origins": { "https://app.example": ["read"] }, "module"?: "…", "limits"?: {…} }`
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function readFrameConfiguration(json: string): FrameConfiguration {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalidInput('configuration', 'JSON'); // the parser's own error quotes it
  }
  if (typeof value !== 'object' || value === null) throw invalidInput('configuration', 'an object with portals and origins');
  const { portals, origins, module, limits } = takeRecord(value, 'configuration', ['portals', 'origins', 'module', 'limits']);
  return { portals: takePortals(portals), origins: takeOrigins(origins), modules: takeModules(module), limits: takeLimits(limits) };
}

/** @throws RegistryError `INVALID_INPUT` */
export function takePortals(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidInput('configuration.portals', 'a list of one or more portal URLs');
  const portals = value.map((url: unknown, i) => {
    const portal = takePortalUrl(url, `configuration.portals[${i}]`);
    if (!ORIGIN.test(new URL(portal).origin)) throw invalidInput(`configuration.portals[${i}]`, 'a URL whose host is a name or an address');
    return portal;
  });
  // The runtime would say so as well, but to users.
  const twice = portals.findIndex((url, i) => portals.indexOf(url) < i);
  if (twice >= 0) throw invalidInput(`configuration.portals[${twice}]`, 'another portal than the ones before it');
  return portals;
}

/** @throws RegistryError `INVALID_INPUT` */
export function takeOrigins(value: unknown): FrameConfiguration['origins'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidInput('configuration.origins', 'an object of origins, and the list of what each may do');
  return new Map(Object.entries(value).map(([origin, permissions]) => [takeOrigin(origin), takePermissions(permissions, origin)]));
}

/** What a browser would never say is nobody, and whoever wrote it should hear so. A URL's host may hold more than a name's: what ends a policy, or is a wildcard there. */
function takeOrigin(origin: string): string {
  if (!ORIGIN.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) throw invalidInput('configuration.origins', 'named by origins as browsers spell them, like https://app.example, without a path or a slash');
  return origin;
}

function takePermissions(value: unknown, origin: string): ReadonlySet<Permission> {
  const isPermission = (item: unknown): item is Permission => (PERMISSIONS as readonly unknown[]).includes(item);
  if (!Array.isArray(value) || !value.every(isPermission)) throw invalidInput(`configuration.origins["${origin}"]`, `a list of ${PERMISSIONS.join(', ')}`);
  return new Set(value);
}

function takeModules(value: unknown): ReadonlySet<string> {
  if (value !== undefined && !(typeof value === 'string' && LINK.test(value))) throw invalidInput('configuration.module', 'a skylink of 46 characters');
  return new Set(value === undefined ? [REGISTRY_MODULE] : [REGISTRY_MODULE, value]);
}

function takeLimits(value: unknown): OriginLimits {
  const given = takeRecord(value, 'configuration.limits', ['callsPerSecond', 'burst', 'open']);
  const take = (name: keyof OriginLimits): number => {
    const limit = given[name] ?? DEFAULT_LIMITS[name];
    if (!(Number.isInteger(limit) && (limit as number) > 0)) throw invalidInput(`configuration.limits.${name}`, 'a whole number of 1 or more');
    return limit as number;
  };
  return { callsPerSecond: take('callsPerSecond'), burst: take('burst'), open: take('open') };
}
