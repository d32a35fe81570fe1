import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { takeSkynetPhrase } from '../../../src/keyring/skynet/index.ts';
import { moduleKeys } from '../../../src/kernel/deployment/module-keys.ts';
import { resolverLink } from '../../../src/registry/index.ts';
import { withoutProgress } from '../fixture.ts';
import { DEV_SEED } from '../../kernel/deployment/vectors.ts';
import { Author, linksIn, served, startFilePortal, textOf, writesTo } from './fixture.ts';

const CONFIGURABLE = 'var SECURE_REGISTRY_MODULE={"portals":[],"trustedDomains":[]};\n"use strict";onmessage=()=>{};\n';

describe('given somebody who names no portal', () => {
  test('when they build, and build again, then it is in the data of the portal they run, by a link of this machine', async () => {
    const author = await Author.make();
    const first = linksIn(await author.build(await author.bundle('one;')));
    const phrase = (await author.text('build/dev-seed')) ?? '';
    expect(phrase).toMatch(/^[a-z]+(?: [a-z]+){14}$/);
    expect(await author.mode('build/dev-seed')).toBe(0o600);
    expect(first.resolver).toBe(resolverLink(moduleKeys(takeSkynetPhrase(phrase))));
    expect(await author.text('build/module-skylink-dev')).toBe(first.resolver);

    const { code, stdout, stderr } = await author.build(await author.bundle('two;'), '--json');
    const second = JSON.parse(stdout) as { immutable: string };
    expect({ code, stderr: withoutProgress(stderr), ...second }).toMatchObject({ code: 0, stderr: '', resolver: first.resolver, revision: '1', moved: true });
    expect(second.immutable).not.toBe(first.immutable);
    expect(await author.text('build/dev-seed')).toBe(phrase);

    const portal = await startFilePortal({ data: join(author.user.stateHome, 'secure-registry', 'portal') });
    expect(textOf(await served(portal.url, first.resolver))).toBe('two;');
    expect(textOf(await served(portal.url, first.immutable))).toBe('one;');
    const inUse = await author.build(await author.bundle('three;'));
    expect({ code: inUse.code, stdout: inUse.stdout }).toEqual({ code: 1, stdout: '' });
    expect(inUse.stderr).toMatch(/^STORAGE: the data directory .+ is in use by another portal\nhint: .*--portal http:\/\/127\.0\.0\.1:9980/);
  });
});

/** What somebody has deployed who names no portal. */
async function deployed(script: string): Promise<string> {
  const author = await Author.make();
  const { resolver } = linksIn(await author.build(await author.bundle(script)));
  const portal = await startFilePortal({ data: join(author.user.stateHome, 'secure-registry', 'portal') });
  return textOf(await served(portal.url, resolver));
}

describe('given a module with a configuration, and no portal that is named', () => {
  test('when it is built, then it uses the portal they run, where that listens if nothing else is said', async () => {
    expect(await deployed(CONFIGURABLE)).toBe(CONFIGURABLE.replace('"portals":[]', '"portals":["http://127.0.0.1:9980"]'));
  });

  test('when it names portals itself, then it uses those', async () => {
    const own = CONFIGURABLE.replace('"portals":[]', '"portals":["https://own.example"]');
    expect(await deployed(own)).toBe(own);
  });
});

describe('given portals that are named', () => {
  test('when a module with a configuration is built, then both have it, with them in it; and the same again moves nothing', async () => {
    const [author, a, b] = await Promise.all([Author.make(), startFilePortal(), startFilePortal()]);
    const named = ['--portal', a.url, '--portal', `${b.url}/`, '--trust', 'app.example'];
    const bundle = await author.bundle(CONFIGURABLE);
    const { resolver, immutable } = linksIn(await author.build(bundle, ...named));
    for (const { url } of [a, b]) {
      expect(textOf(await served(url, resolver))).toBe(CONFIGURABLE.replace('{"portals":[],"trustedDomains":[]}', JSON.stringify({ portals: [a.url, b.url], trustedDomains: ['app.example'] })));
    }
    const puts = a.stats().puts;
    const again = await author.build(bundle, ...named, '--json');
    expect(JSON.parse(again.stdout)).toEqual({ immutable, resolver, revision: '0', moved: false, portals: [a.url, b.url] });
    expect(again.stderr).toMatch(/^the link names this bundle already$/m);
    expect(a.stats().puts).toEqual(puts);
  });

  test('when they are named in the environment, then those are taken, unless others are said', async () => {
    const [author, a, b] = await Promise.all([Author.make(), startFilePortal(), startFilePortal()]);
    const bundle = await author.bundle(CONFIGURABLE);
    const env = { SECURE_REGISTRY_PORTALS: ` ${a.url}, ${b.url}`, SECURE_REGISTRY_TRUSTED_DOMAINS: 'one.example two.example' };
    const { resolver } = linksIn(await author.run(env, 'build', bundle));
    expect(textOf(await served(b.url, resolver))).toContain(JSON.stringify({ portals: [a.url, b.url], trustedDomains: ['one.example', 'two.example'] }));
    const writes = writesTo(a);
    linksIn(await author.run(env, 'build', bundle, '--portal', b.url, '--trust', 'three.example'));
    expect(textOf(await served(b.url, resolver))).toContain(JSON.stringify({ portals: [b.url], trustedDomains: ['three.example'] }));
    expect(writesTo(a)).toBe(writes);
  });

  test('when one of them has an older link, and nothing was seen before, then the next revision is after the newest, and all have it', async () => {
    const [author, old, newer] = await Promise.all([Author.make(), startFilePortal(), startFilePortal()]);
    const one = await author.bundle('one;');
    for (const [i, { url }] of [old, newer].entries()) linksIn(await author.build(one, '--portal', url, '--state', join(author.user.home, `state-${i}`)));
    linksIn(await author.build(await author.bundle('two;'), '--portal', newer.url, '--state', join(author.user.home, 'state-1')));
    const { code, stdout } = await author.build(await author.bundle('three;'), '--portal', old.url, '--portal', newer.url, '--json');
    const { resolver, revision } = JSON.parse(stdout) as { resolver: string; revision: string };
    expect({ code, revision }).toEqual({ code: 0, revision: '2' });
    expect(await Promise.all([old, newer].map(async ({ url }) => textOf(await served(url, resolver))))).toEqual(['three;', 'three;']);
  });
});

describe('given a portal that lost what it had', () => {
  test.each([
    ['the same', 'one;', { revision: '0', moved: false }],
    ['another', 'two;', { revision: '1', moved: true }],
  ])('when %s bundle is built, then the link counts on from what was seen before', async (_, script, outcome) => {
    const [author, before, after] = await Promise.all([Author.make(), startFilePortal(), startFilePortal()]);
    const { resolver } = linksIn(await author.build(await author.bundle('one;'), '--portal', before.url));
    const { code, stdout } = await author.build(await author.bundle(script), '--portal', after.url, '--json');
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, resolver, ...outcome });
    expect(textOf(await served(after.url, resolver))).toBe(script);
  });
});

describe('given a seed that is there', () => {
  test('when it is of the tools of the kernel, then the link is theirs', async () => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    await mkdir(join(author.user.home, 'build'));
    await author.user.file('build/dev-seed', DEV_SEED.phrase);
    expect(linksIn(await author.build(await author.bundle('one;'), '--portal', portal.url)).resolver).toBe(DEV_SEED.resolver);
  });

  test.each([
    ['others may read it', DEV_SEED.phrase, 0o644, /^FORBIDDEN: others may read the seed file .+\nhint: chmod 600 .+\n$/],
    ['it is damaged', DEV_SEED.phrase.replace('army', 'arises'), 0o600, /^INVALID_INPUT: build\/dev-seed must be words whose checksum is right/],
  ])('when %s, then it is refused, and nothing is uploaded', async (_, phrase, mode, told) => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    await mkdir(join(author.user.home, 'build'));
    await author.user.file('build/dev-seed', phrase, mode);
    const { code, stdout, stderr } = await author.build(await author.bundle('one;'), '--portal', portal.url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(told);
    expect(writesTo(portal)).toBe(0);
  });
});

describe('given a bundle that cannot be deployed', () => {
  test.each([
    ['is too large', new Uint8Array(4_000_001).fill(0x20), [], 1, /^INVALID_INPUT: the bundle .+ must be one script of at most 4000000 bytes\n$/],
    ['is empty', '', [], 1, /^INVALID_INPUT: the bundle .+ must be one script of at most 4000000 bytes\n$/],
    ['is too large once it is configured', `${CONFIGURABLE}${' '.repeat(4_000_000 - CONFIGURABLE.length)}`, ['--trust', 'app.example'], 1, /^INVALID_INPUT: bundle must be a script of 1 to 4000000 bytes; it has 40000\d\d\n$/],
    ['has a damaged configuration', CONFIGURABLE.replace(';', ''), [], 1, /^INVALID_INPUT: bundle must be one whose first line is /],
    ['has no configuration for what is trusted', 'one;', ['--trust', 'app.example'], 2, /^this bundle has no configuration: --trust .+\nusage: secure-registry module build /],
    ['is to trust what is no host', CONFIGURABLE, ['--trust', 'https://app.example'], 2, /^--trust must be a host .+\nusage: secure-registry module build /],
  ])('when it %s, then that is told, and nothing is made or uploaded', async (_, script, args, exit, told) => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    const { code, stdout, stderr } = await author.build(await author.bundle(script), '--portal', portal.url, ...args);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toMatch(told);
    expect([await author.text('build/dev-seed'), writesTo(portal)]).toEqual([undefined, 0]);
  });

  test('when it is not there, then it is told how to make it', async () => {
    const { code, stderr } = await (await Author.make()).build('/no/such');
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'INVALID_INPUT: the bundle /no/such cannot be read\nhint: name a file that this user can read\n' });
  });
});
