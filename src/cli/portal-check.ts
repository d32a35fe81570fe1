import { RegistryError } from '../error.ts';
import { portalConformance, type Check } from '../portal/index.ts';
import { readApiKey } from './api-key-file.ts';
import { command, UsageError } from './command.ts';

interface Verdict {
  readonly name: string;
  readonly ok: boolean;
  readonly isOffered: boolean;
  readonly reason?: string;
}

/** `secure-registry portal-check`: the conformance suite against a portal that runs somewhere. */
export const portalCheckCommand = command({
  summary: 'check whether a portal keeps to the protocol',
  usage: 'URL [--json] [--api-key-file FILE]',
  positionals: [1, 1],
  options: {
    json: { type: 'boolean', help: 'one JSON object in place of lines' },
    'api-key-file': { type: 'string', help: 'a file with the key that the portal wants' },
  },
  async run({ json = false, 'api-key-file': keyFile }, [url = '']) {
    const checks = checksOf(url, keyFile === undefined ? undefined : await readApiKey(keyFile));
    await assertReachable(url);
    const verdicts: Verdict[] = [];
    // All at a time, since a portal that says nothing takes its time in each; shown in their order.
    for (const judged of checks.map(judge)) {
      const verdict = await judged;
      verdicts.push(verdict);
      if (!json) console.log(verdict.ok ? `${verdict.isOffered ? 'ok     ' : 'absent '} ${verdict.name}` : `FAILED  ${verdict.name}: ${verdict.reason}`);
    }
    const failed = verdicts.filter(({ ok }) => !ok).length;
    console.log(json ? JSON.stringify({ url, passed: verdicts.length - failed, failed, checks: verdicts }) : `${verdicts.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  },
});

function checksOf(url: string, apiKey: string | undefined): readonly Check[] {
  try {
    return portalConformance(url, apiKey === undefined ? {} : { apiKey });
  } catch (error) {
    if (error instanceof RegistryError) throw new UsageError(error.message);
    throw error;
  }
}

async function assertReachable(url: string): Promise<void> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'manual' });
  } catch (cause) {
    throw new RegistryError('UNREACHABLE', `${url} does not answer`, { cause, portal: url, hint: 'see whether the portal runs, and whether the port is right' });
  }
}

async function judge(check: Check): Promise<Verdict> {
  const { name } = check;
  try {
    return { name, ok: true, isOffered: (await check.judge()) === 'held' };
  } catch (error) {
    // One line: an assertion's difference takes many.
    return { name, ok: false, isOffered: true, reason: (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ') };
  }
}
