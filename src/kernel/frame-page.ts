import { readFrameConfiguration, takeOrigins, takePortals, type OriginLimits, type Permission } from './frame/configuration.ts';

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
 * The page of a frame, `index.html`: its configuration, and a policy that lets it reach these portals and nothing else. A page's policy does not bind its workers: send {@link framePolicy},
 * too. It stands beside the other files of `secure-registry/frame`.
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function framePage({ portals, origins, module, limits }: FramePageOptions): string {
  const json = JSON.stringify({ portals, origins, module, limits });
  const configuration = readFrameConfiguration(json);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    connectSrc(configuration.portals),
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

/**
 * The `Content-Security-Policy` that a server sends with every file of a frame: who may frame it, which a page cannot say itself, and that its workers, too, reach these portals and
 * nothing else.
 * @throws RegistryError `INVALID_INPUT` naming the field
 */
export function framePolicy({ portals, origins }: Pick<FramePageOptions, 'portals' | 'origins'>): string {
  return [
    "default-src 'none'",
    // Passwords are stretched by WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    connectSrc(takePortals(portals)),
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${[...takeOrigins(origins).keys()].join(' ') || "'none'"}`,
  ].join('; ');
}

function connectSrc(portals: readonly string[]): string {
  const origins = new Set(portals.map((url) => new URL(url).origin));
  return `connect-src ${[...origins].flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]).join(' ')}`;
}
