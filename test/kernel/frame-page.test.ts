import { describe, expect, it } from 'vitest';
import { frameAncestors, framePage } from '../../src/kernel.ts';
import { readFrameConfiguration } from '../../src/kernel/frame/index.ts';

const OPTIONS = { portals: ['https://a.example/portal', 'http://127.0.0.1:9980'], origins: { 'https://app.example': ['read', 'sign'] } } as const;

/** What the page says of itself. */
const policyOf = (page: string): readonly string[] => /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.split('; ') ?? [];
const configurationIn = (page: string): string => /<script type="application\/json" id="configuration">(.*)<\/script>/.exec(page)?.[1] ?? '';

describe('given the page of a frame', () => {
  it('when it is made, then it reaches its portals, by HTTP and WebSocket, and nothing else, and runs no script but its own', () => {
    expect(policyOf(framePage(OPTIONS))).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self'",
      'connect-src https://a.example wss://a.example http://127.0.0.1:9980 ws://127.0.0.1:9980',
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types default',
    ]);
  });

  it('when it is read by the frame, then it says what it was made of, and nothing in it ends the script that it stands in', () => {
    const page = framePage({ ...OPTIONS, portals: ['https://a.example/<script>'] });
    expect(configurationIn(page)).not.toContain('<');
    expect(readFrameConfiguration(configurationIn(page))).toMatchObject({ portals: ['https://a.example/%3Cscript%3E'], origins: new Map([['https://app.example', new Set(['read', 'sign'])]]) });
  });

  it('when its options are wrong, then there is none', () => {
    expect(() => framePage({ portals: [], origins: {} })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.portals' }));
    expect(() => framePage({ ...OPTIONS, origins: { '*': ['read'] } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.origins' }));
  });

  it.each([
    [OPTIONS.origins, 'frame-ancestors https://app.example'],
    [{}, "frame-ancestors 'none'"],
  ])('when %j may frame it, then the header is %s', (origins, header) => {
    expect(frameAncestors({ origins })).toBe(header);
  });
});
