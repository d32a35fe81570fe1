import { describe, expect, it } from 'vitest';
import { hexToBytes } from '@noble/hashes/utils.js';
import { generateMnemonic, mnemonicToKeyData } from '../../src/keyring/index.ts';
import { recordingOf } from '../../src/inspect.ts';
import { hashDatakey, signEntry } from '../../src/registry/index.ts';
import { grantedVault } from '../../src/runtime/granted-vault.ts';
import { codeOf } from '../link/fixture/channels.ts';
import { startPortals } from '../runtime/fixture/portals.ts';
import { HOMES, startRuntime } from '../runtime/fixture/runtime.ts';
import { CanarySearch, marker } from '../threats/fixture/canary.ts';

/** As little as a password may be stretched. */
const CHEAP = { vaultMemory: 19_456, vaultPasses: 2 } as const;

describe.each(HOMES)('a recording of a runtime $where', ({ workers }) => {
  it('that made, used, changed and destroyed a vault, and asks portals with keys of theirs, has none of its secrets (N5)', async () => {
    const [password, newPassword, wrongPassword, passphrase, apiKey] = [marker(), marker(), marker(), marker(), marker()];
    const mnemonic = generateMnemonic();
    const keyData = mnemonicToKeyData(mnemonic, { passphrase });
    const search = new CanarySearch();
    for (const [name, secret] of Object.entries({ password, newPassword, wrongPassword, passphrase, apiKey, mnemonic })) search.plant({ name, secret });
    for (const [name, key] of Object.entries(keyData)) if (typeof key === 'object') search.plant({ name: `the key ${name}`, secret: hexToBytes(key.secret.slice(2)) });

    const portals = await startPortals(2, { apiKey });
    const runtime = await startRuntime(portals.urls.map((url) => ({ url, apiKey })), { workers: await workers(), policy: CHEAP });
    const lines: string[] = [];
    recordingOf(runtime).subscribe((line) => lines.push(line));
    const { vault } = runtime;
    await vault.create({ password, mnemonic, passphrase }, { ephemeral: true });
    const signer = vault.signer('developer');
    const key = { pubkey: signer.publicKey, datakey: hashDatakey('greeting') };
    await runtime.write(await signEntry({ ...key, data: new TextEncoder().encode('hello'), revision: 0n }, signer));
    await runtime.update({ signer: 'developer', datakey: key.datakey, change: () => new TextEncoder().encode('hello again') });
    await signer.signMessage(new TextEncoder().encode('a word'));
    const granted = grantedVault(await vault.grant({ caller: 'page', keys: ['developer'], purposes: ['message'] }));
    await granted.signer('developer').then(async (page) => page.signMessage(new Uint8Array(3)));
    await vault.lock();
    expect(await codeOf(vault.unlock({ password: wrongPassword }))).toBe('WRONG_PASSWORD');
    // The first delays are over by the time a slow machine has stretched a password; each is twice as long as the one before.
    const refusals: unknown[] = [];
    while (refusals.at(-1) !== 'THROTTLED') refusals.push(await codeOf(vault.unlock({ password: `${password}${'x'.repeat(refusals.length + 1)}` })));
    expect(new Set(refusals)).toEqual(new Set(['WRONG_PASSWORD', 'THROTTLED']));
    await vault.recover({ mnemonic, passphrase, password: newPassword, replace: true, ephemeral: true });
    await vault.lock();
    await vault.exportKeyData({ password: newPassword });
    await vault.unlock({ password: newPassword });
    await vault.changePassword({ password: newPassword, newPassword: password });
    await vault.swap({ password, keyData });
    const read = await runtime.read(key, { maxStaleness: 0 });
    expect(read).toMatchObject({ revision: 1n });
    await vault.destroy({ password });
    await runtime.close();

    const states = lines.flatMap((line) => {
      const report = JSON.parse(line) as { readonly type: string; readonly sessionId?: string; readonly snapshot?: { readonly value?: unknown } };
      return report.type === '@xstate.snapshot' && report.sessionId?.startsWith('vault/') === true ? [JSON.stringify(report.snapshot?.value)] : [];
    });
    expect(states).toEqual(expect.arrayContaining(['"creating"', '{"unlocked":"resting"}', '{"unlocked":"changing"}', '"unlocking"', '{"locked":"delayed"}', '"proving"', '"empty"']));
    expect(lines.flatMap((line) => search.find(line).map((name) => `${name} in ${line.slice(0, 200)}`))).toEqual([]);
    // What would be found, is.
    expect(search.find(JSON.stringify({ context: { password } }))).toEqual(['password']);
  });
});
