import { PRECONDITIONS_HEADER } from './preconditions.ts';

/** The two headers every answer of a portal carries: where it is reached, and which of its servers answered. */
export function identityHeaders(url: string): Readonly<Record<string, string>> {
  return { 'Skynet-Portal-Api': url, 'Skynet-Server-Api': url };
}

const UPLOAD_HEADERS = [
  'upload-offset',
  'upload-metadata',
  'upload-length',
  'tus-version',
  'tus-resumable',
  'tus-extension',
  'tus-max-size',
  'upload-concat',
  'location',
];

/**
 * What pages of other origins may send and see: the lists of the original's nginx, and after them what it lacked (`Authorization`,
 * without which a page cannot present a key) and what is ours.
 */
export const CROSS_ORIGIN = {
  methods: ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'],
  allowed: [
    'DNT',
    'User-Agent',
    'X-Requested-With',
    'If-Modified-Since',
    'If-None-Match',
    'Cache-Control',
    'Content-Type',
    'Range',
    'X-HTTP-Method-Override',
    ...UPLOAD_HEADERS,
    'Skynet-API-Key',
    'Authorization',
    'If-Match',
    'Idempotency-Key',
  ],
  exposed: [
    'Content-Length',
    'Content-Range',
    'ETag',
    'Accept-Ranges',
    'Skynet-File-Metadata',
    'Skynet-Skylink',
    'Skynet-Proof',
    'Skynet-Portal-Api',
    'Skynet-Server-Api',
    ...UPLOAD_HEADERS,
    PRECONDITIONS_HEADER,
    'Retry-After',
  ],
  maxAgeSeconds: 1_728_000,
} as const;
