import { readFrameConfiguration, type OriginLimits, type Permission } from './frame/configuration.ts';

/** What a frame is configured with. */
export interface FramePageOptions {
  /** URLs of portals, one or more, in order of preference. */
  readonly portals: readonly string[];
  /** For each origin whose pages may use the frame, what they may do. */
  readonly origins: Readonly<Record<string, readonly Permission[]>>;
  /** A link that the registry's module answers to beside its own. */
  readonly module?: string | undefined;
  readonly limits?: Partial<OriginLimits> | undefined;
}

/**
 * The page of a frame, `index.html`: its configuration, and the policy that lets it reach these portals and nothing else. It stands beside the other files of `secure-registry/frame`.
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function framePage({ portals, origins, module, limits }: FramePageOptions): string {
  const json = JSON.stringify({ portals, origins, module, limits });
  const configuration = readFrameConfiguration(json);
  const reached = [...new Set(configuration.portals.map((url) => new URL(url).origin))].flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    `connect-src ${reached.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>secure-registry</title>
<link rel="stylesheet" href="./frame.css">
<script type="application/json" id="configuration">${json.replaceAll('<', '\\u003c')}</script>
<script type="module" src="./frame.js"></script>
<main id="view" hidden></main>
</html>
`;
}

/** The header that a server sends with the page of a frame: a page cannot say itself who may frame it. */
export function frameAncestors({ origins }: Pick<FramePageOptions, 'origins'>): string {
  return `frame-ancestors ${Object.keys(origins).join(' ') || "'none'"}`;
}
