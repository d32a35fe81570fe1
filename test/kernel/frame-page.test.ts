import { describe, expect, it } from 'vitest';
import { framePage, framePolicy } from '../../src/kernel.ts';
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

  it('when the header for its files is made, then that lets workers reach the portals and nothing else, too, and says who may frame it', () => {
    const header = framePolicy(OPTIONS);
    expect(header.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "worker-src 'self'",
      "style-src 'self'",
      'connect-src https://a.example wss://a.example http://127.0.0.1:9980 ws://127.0.0.1:9980',
      "base-uri 'none'",
      "form-action 'none'",
      'frame-ancestors https://app.example',
    ]);
    expect(() => framePolicy({ ...OPTIONS, portals: ['https://*'] })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.portals[0]' }));
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

  it.each(['https://*.example', 'https://*', 'https://a.example;', 'https://a.example;script-src', 'https://a"b.example', "https://a'b.example", 'https://a,b.example', 'https://app.example/', 'http://[::1', 'null'])(
    'when a portal or an origin has the host of %s, which a policy would take for something else, or a browser for none, then there is none',
    (url) => {
      expect(() => framePage({ ...OPTIONS, origins: { [url]: ['read'] } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.origins' }));
      expect(() => framePolicy({ ...OPTIONS, origins: { [url]: ['read'] } })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.origins' }));
      if (!url.endsWith('/')) expect(() => framePage({ ...OPTIONS, portals: [url] })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'configuration.portals[0]' }));
    },
  );

  it.each(['https://a-b.example:8443', 'http://127.0.0.1:9980', 'http://[::1]:9980', 'https://xn--bcher-kva.example', 'https://a_b.example'])('when its host is of %s, then there is one', (url) => {
    expect(framePage({ portals: [url], origins: { [url]: ['read'] } })).toContain(`connect-src ${url} `);
    expect(framePolicy({ ...OPTIONS, origins: { [url]: ['read'] } })).toContain(`; frame-ancestors ${url}`);
  });

  it.each([
    [OPTIONS.origins, 'frame-ancestors https://app.example'],
    [{}, "frame-ancestors 'none'"],
  ])('when %j may frame it, then the header says %s', (origins, header) => {
    expect(framePolicy({ ...OPTIONS, origins }).split('; ').at(-1)).toBe(header);
  });
});
