import { describe, expect, it } from 'vitest';
import { configurationLine, configureBundle, namedIn, readConfiguration, scriptJson } from '../../../src/kernel/deployment/configuration.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const EMPTY = 'var SECURE_REGISTRY_MODULE={"portals":[],"trustedDomains":[]};';
const LINK = 'AQCovesg1AXUzKXLeRzQFILbjYMKr_rvNLsNhdq5GbYb2Q';
const FULL = { portals: ['https://portal.example', 'http://127.0.0.1:9980/below'], trustedDomains: ['app.example', 'localhost', '[::1]', '127.0.0.1', LINK, 'root'] };
const refused = (field: string): Error => expect.objectContaining({ code: 'INVALID_INPUT', field }) as Error;

describe('given a configuration', () => {
  it('then it is one line of script, which makes it again', () => {
    expect(configurationLine({ portals: [], trustedDomains: [] })).toBe(EMPTY);
    const line = configurationLine(FULL);
    expect(line).not.toContain('\n');
    // oxlint-disable-next-line no-implied-eval -- it is a script
    expect(new Function(`${line} return SECURE_REGISTRY_MODULE;`)()).toEqual(FULL);
    expect(readConfiguration(utf8(`${line}\nrest`))).toEqual(FULL);
    expect(readConfiguration(utf8(line))).toEqual(FULL);
  });

  it('then URLs are in one spelling', () => {
    expect(configurationLine({ portals: ['HTTPS://Portal.Example:443/'], trustedDomains: [] })).toBe('var SECURE_REGISTRY_MODULE={"portals":["https://portal.example"],"trustedDomains":[]};');
  });

  it.each([
    ['portals', { portals: 'https://portal.example', trustedDomains: [] }],
    ['portals[0]', { portals: ['portal.example'], trustedDomains: [] }],
    ['portals[0]', { portals: ['https://user:secret@portal.example'], trustedDomains: [] }],
    ['portals[1]', { portals: ['https://portal.example', 'https://portal.example/'], trustedDomains: [] }],
    ['portals', { portals: Array.from({ length: 65 }, (_, i) => `https://${i}.example`), trustedDomains: [] }],
    ['trustedDomains', { portals: [], trustedDomains: undefined }],
    ['trustedDomains[0]', { portals: [], trustedDomains: [''] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: ['https://app.example'] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: ['app.example:443'] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: ['App.example'] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: ['</script>'] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: ['a\u2028b'] }],
    ['trustedDomains[0]', { portals: [], trustedDomains: [1] }],
    ['trustedDomains[1]', { portals: [], trustedDomains: ['app.example', 'app.example'] }],
  ])('when %s is at fault, then that is INVALID_INPUT', (field, configuration) => {
    expect(() => configurationLine(configuration as typeof FULL)).toThrow(refused(field));
  });

  it('when a text has what ends a script, or a line of it, then the JSON does not have it, and is the same text', () => {
    const text = '</script><!--\u2028\u2029\n"';
    const json = scriptJson([text]);
    expect(json).not.toMatch(/[<\u2028\u2029\n]/);
    expect(JSON.parse(json)).toEqual([text]);
  });
});

describe('given an environment', () => {
  it.each([
    [{}, undefined, undefined],
    [{ SECURE_REGISTRY_PORTALS: '', SECURE_REGISTRY_TRUSTED_DOMAINS: ' , ' }, undefined, undefined],
    [{ SECURE_REGISTRY_PORTALS: ' https://a.example,https://b.example\n' }, ['https://a.example', 'https://b.example'], undefined],
    [{ SECURE_REGISTRY_TRUSTED_DOMAINS: 'app.example  other.example' }, undefined, ['app.example', 'other.example']],
  ])('when it is %o, then these are named in it', (environment, portals, trustedDomains) => {
    expect(namedIn(environment)).toEqual({ portals, trustedDomains });
  });
});

describe('given a bundle', () => {
  it('when its first line configures it, then another one takes its place, and all after it stays', () => {
    const rest = Uint8Array.of(0x0a, 0xff, 0x00, 0x0a, ...utf8('onmessage = 1;'));
    const configured = configureBundle(Uint8Array.of(...utf8(EMPTY), ...rest), FULL);
    expect(readConfiguration(configured)).toEqual(FULL);
    expect(configured).toEqual(Uint8Array.of(...utf8(configurationLine(FULL)), ...rest));
    expect(configureBundle(configured, { portals: [], trustedDomains: [] })).toEqual(Uint8Array.of(...utf8(EMPTY), ...rest));
  });

  it.each(['', '"use strict";', ` ${EMPTY}`, 'var SECURE_REGISTRY_MODULES={};', `x\n${EMPTY}`])('when it begins with "%s", then it has no configuration, and takes none', (text) => {
    expect(readConfiguration(utf8(text))).toBeUndefined();
    expect(() => configureBundle(utf8(text), FULL)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', field: 'bundle' }) as Error);
  });

  it.each([
    'var SECURE_REGISTRY_MODULE=',
    'var SECURE_REGISTRY_MODULE={};',
    'var SECURE_REGISTRY_MODULE=null;',
    'var SECURE_REGISTRY_MODULE=[1,2];',
    'var SECURE_REGISTRY_MODULE={"portals":[],"trustedDomains":[]}',
    'var SECURE_REGISTRY_MODULE={"portals":[],"trustedDomains":[]};alert(1);',
    'var SECURE_REGISTRY_MODULE={"portals":[],"trustedDomains":[],"more":1};',
    'var SECURE_REGISTRY_MODULE={"portals":[],trustedDomains:[]};',
    `var SECURE_REGISTRY_MODULE={"portals":["${'x'.repeat(70_000)}"],"trustedDomains":[]};`,
  ])('when its first line is damaged, then that is INVALID_INPUT, and nothing is quoted', (text) => {
    const refusal = expect.objectContaining({ code: 'INVALID_INPUT', message: expect.not.stringMatching(/alert|more|xxx/) as string }) as Error;
    expect(() => readConfiguration(utf8(text))).toThrow(refusal);
    expect(() => configureBundle(utf8(text), FULL)).toThrow(refusal);
  });

  it('when its first line is no text, then that is INVALID_INPUT', () => {
    expect(() => readConfiguration(Uint8Array.of(...utf8('var SECURE_REGISTRY_MODULE='), 0xff))).toThrow(refused('bundle'));
  });
});
