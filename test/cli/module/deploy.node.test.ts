import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { legacySeed, stretchedSeed } from '../../../src/kernel/deployment/deployment-seed.ts';
import { moduleKeys } from '../../../src/kernel/deployment/module-keys.ts';
import { resolverLink } from '../../../src/registry/index.ts';
import { formatSkylink, unpackBackup } from '../../../src/skylink/index.ts';
import { deadUrl, type Outcome } from '../fixture.ts';
import { Author, linksIn, PASSWORD, SALT, served, startFaultyFront, startFilePortal, textOf, writesTo, type Fault } from './fixture.ts';

const LEGACY_LINK = resolverLink(moduleKeys(legacySeed({ password: PASSWORD, salt: SALT })));

/** An author whose link was made by the tools of the kernel: no password is stretched. */
async function legacyAuthor(): Promise<Author> {
  const author = await Author.make();
  await author.user.file('.module-salt', `${SALT}\n`, 0o644);
  await author.user.file('module-skylink', LEGACY_LINK, 0o644);
  return author;
}

const failure = ({ code, stderr }: Outcome): { code: number | null; told: string } => ({ code, told: stderr.split('\n').filter((line) => !line.endsWith(' …'))[0] ?? '' });

describe('given a module that was never deployed', () => {
  test('when it is deployed twice, and then with another password, then one link is moved once more, and not again', async () => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    const first = await author.deploy(await author.bundle('one;'), '--portal', portal.url);
    const { resolver } = linksIn(first);
    expect(first.stderr).toContain('\nNo production entry found for module. Creating new production module...\n');
    const salt = (await author.text('.module-salt')) ?? '';
    expect(salt).toMatch(/^[a-z]+(?: [a-z]+){14}$/);
    expect(await author.text('module-skylink')).toBe(resolver);
    expect(resolver).toBe(resolverLink(moduleKeys(await stretchedSeed({ password: PASSWORD, salt }))));

    await author.user.file('.module-salt', `${salt}\n`, 0o644); // as an editor leaves it
    const second = await author.deploy(await author.bundle('two;'), '--portal', portal.url, '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ resolver, revision: '1', moved: true });
    expect(second.stderr).not.toContain('No production entry');
    expect(textOf(await served(portal.url, resolver))).toBe('two;');

    expect(await author.filesWith(PASSWORD)).toEqual([author.password]);
    const stats = portal.stats();
    const wrong = await author.run({}, 'deploy', await author.bundle('three;'), '--portal', portal.url, '--password-file', await author.user.file('other', 'canary-wrong\n'));
    expect({ ...failure(wrong), stdout: wrong.stdout }).toEqual({ code: 1, told: 'WRONG_PASSWORD: the password does not make the link in module-skylink', stdout: '' });
    expect(wrong.stderr).toMatch(/^hint: try again; or with --legacy-derivation/m);
    expect(wrong.stderr).not.toContain('canary-wrong');
    expect({ ...portal.stats(), connections: 0 }).toEqual({ ...stats, connections: 0 });
  });

  test('when a portal is down, then it stays so, and no portal has a link', async () => {
    const [author, portal, dead] = await Promise.all([Author.make(), startFilePortal(), deadUrl()]);
    const outcome = await author.deploy(await author.bundle('one;'), '--portal', portal.url, '--portal', dead, '--legacy-derivation');
    expect(failure({ ...outcome, stderr: outcome.stderr.slice(outcome.stderr.indexOf('uploading')) })).toEqual({ code: 1, told: `UNREACHABLE: the upload to ${dead} was cut short` });
    expect(portal.stats().puts.stored).toBe(0);
    expect([await author.text('.module-salt'), await author.text('module-skylink')]).toEqual([undefined, undefined]);
  });
});

describe('given a link that was made by the tools of the kernel', () => {
  test('when it is deployed with the legacy derivation, then it is moved; without, nothing is uploaded', async () => {
    const [author, portal] = await Promise.all([legacyAuthor(), startFilePortal()]);
    const bundle = await author.bundle('one;');
    const { resolver } = linksIn(await author.deploy(bundle, '--portal', portal.url, '--legacy-derivation'));
    expect(resolver).toBe(LEGACY_LINK);
    const writes = writesTo(portal);
    const stretched = await author.deploy(await author.bundle('two;'), '--portal', portal.url);
    expect(failure(stretched)).toEqual({ code: 1, told: 'WRONG_PASSWORD: the password does not make the link in module-skylink' });
    expect(writesTo(portal)).toBe(writes);
  });

  test.each([
    ['has no salt any more', '.module-salt', undefined, /^STORAGE: .module-salt is missing/],
    ['has an empty salt', '.module-salt', '\n', /^INVALID_INPUT: .module-salt is empty/],
    ['has no link in its file', 'module-skylink', 'nonsense', /^INVALID_INPUT: module-skylink must be a skylink/],
    ['has the link of a file', 'module-skylink', 'AABTYmuWV7gXKFTHpGaagfin67dw7d93drwlg7yZhrOBJg', /^INVALID_INPUT: module-skylink must hold a link of version 2/],
  ])('when it %s, then that is told before anything is uploaded', async (_, name, content, told) => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    for (const [file, text] of Object.entries({ '.module-salt': SALT, 'module-skylink': LEGACY_LINK, [name]: content })) if (text !== undefined) await author.user.file(file, text, 0o644);
    const outcome = await author.deploy(await author.bundle('one;'), '--portal', portal.url, '--legacy-derivation');
    expect(failure(outcome)).toEqual({ code: 1, told: expect.stringMatching(told) as string });
    expect(writesTo(portal)).toBe(0);
  });
});

const json = (response: ServerResponse, body: unknown): true => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  return true;
};
const isUpload = (url = ''): boolean => url === '/skynet/restore';
const isRange = (url = ''): boolean => url.startsWith('/skynet/trustless/basesector/');
const OTHER_LINK = 'AABTYmuWV7gXKFTHpGaagfin67dw7d93drwlg7yZhrOBJg';

/** The right answer, and before it more than any answer is long. */
async function answerAtLength(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { skylink } = unpackBackup(new Uint8Array(await buffer(incoming)));
  response.writeHead(200).end(`${' '.repeat(100_000)}${JSON.stringify({ skylink: formatSkylink(skylink) })}`);
}

/** What a portal does to an upload, or to who reads it back, and what is told of it. */
const LIES: readonly (readonly [string, Fault, RegExp])[] = [
  ['says that the link is another', (incoming, response) => isUpload(incoming.url) && json((incoming.resume(), response), { skylink: OTHER_LINK }), /^REJECTED: .+ its link is another$/],
  ['says no link', (incoming, response) => isUpload(incoming.url) && json((incoming.resume(), response), null), /^REJECTED: .+ its link is another$/],
  ['has much to say before it names the link', (incoming, response) => isUpload(incoming.url) && (void answerAtLength(incoming, response), true), /^REJECTED: .+ its link is another$/],
  ['takes no files', (incoming, response) => isUpload(incoming.url) && (incoming.resume(), response.writeHead(404).end(), true), /^REJECTED: .+ refused the module \(HTTP 404\)$/],
  ['cuts the upload short', (incoming) => isUpload(incoming.url) && (incoming.once('data', () => incoming.destroy()), true), /^UNREACHABLE: the upload to .+ was cut short$/],
  ['sends the upload elsewhere', (incoming, response) => isUpload(incoming.url) && (incoming.resume().once('end', () => response.writeHead(302, { Location: '/skynet/restore?elsewhere' }).end()), true), /^UNREACHABLE: the upload to .+ was cut short$/],
  ['serves other bytes', (incoming, response) => isRange(incoming.url) && (response.writeHead(200).end(new Uint8Array(4_096 + 320)), true), /^BAD_SIGNATURE: .+ serves other bytes than the link names$/],
  ['drops what it took', (incoming, response) => isRange(incoming.url) && (response.writeHead(404).end(), true), /^UNREACHABLE: the link does not resolve: .+ has no file of it$/],
];

describe('given a portal that does not do what it should', () => {
  test.each(LIES)('when it %s, then the link is not moved', async (_, fault, told) => {
    const [author, portal] = await Promise.all([legacyAuthor(), startFilePortal()]);
    const url = await startFaultyFront(portal, fault);
    const outcome = await author.deploy(await author.bundle('one;'), '--portal', url, '--legacy-derivation');
    expect(failure(outcome)).toEqual({ code: 1, told: expect.stringMatching(told) as string });
    expect(outcome.stdout).toBe('\nUploading module...\n');
    expect(portal.stats().puts.stored).toBe(0);
  });

  test('when its link does not resolve once it was moved, then that is a failure, and no link is kept', async () => {
    const [author, portal] = await Promise.all([Author.make(), startFilePortal()]);
    const url = await startFaultyFront(portal, (incoming, response) => incoming.url?.startsWith('/skynet/trustless/basesector/AQ') === true && (response.writeHead(404).end(), true));
    const outcome = await author.deploy(await author.bundle('one;'), '--portal', url, '--legacy-derivation');
    expect(outcome.stderr).toMatch(/^UNREACHABLE: the link does not resolve: /m);
    expect([outcome.code, portal.stats().puts.stored, await author.text('module-skylink')]).toEqual([1, 1, undefined]);
    // The salt was kept before the link was moved: the next one, with the same password, is of the same link.
    const { stdout } = await author.deploy(await author.bundle('one;'), '--portal', portal.url, '--legacy-derivation', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ revision: '0', moved: false, resolver: await author.text('module-skylink') });
  });

  test('when it serves an older module by the link, then that is STALE', async () => {
    const [author, portal] = await Promise.all([legacyAuthor(), startFilePortal()]);
    const { resolver } = linksIn(await author.deploy(await author.bundle('one;'), '--portal', portal.url, '--legacy-derivation'));
    const old = await fetch(`${portal.url}/skynet/trustless/basesector/${resolver}`);
    const [proof, body] = [old.headers.get('skynet-proof') ?? '', new Uint8Array(await old.arrayBuffer())];
    const url = await startFaultyFront(portal, (incoming, response) => incoming.url?.endsWith(resolver) === true && (response.writeHead(200, { 'Skynet-Proof': proof }).end(body), true));
    expect(failure(await author.deploy(await author.bundle('two;'), '--portal', url, '--legacy-derivation'))).toEqual({ code: 1, told: `STALE: ${url} serves an older module by its link` });
  });
});
