import { describe, expect, it, onTestFinished } from 'vitest';
import { openVault } from '../../src/runtime.ts';
import { Keyring } from '../../src/keyring/index.ts';
import { CHEAP, KEY_DATA, PASSWORD } from '../actors/vault/fixture.ts';
import { codeOf } from '../link/fixture/channels.ts';

describe("threat 25: given a script in the vault's worker", () => {
  it('when it has replaced a built-in before the vault began, then no vault is made', async () => {
    const vault = await openVault({ storage: 'memory', workers: () => new Worker(new URL('./fixture/poisoned-before.worker.ts', import.meta.url), { type: 'module' }), policy: CHEAP });
    onTestFinished(() => vault.close());
    expect(await codeOf(vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true }))).toBe('UNSUPPORTED');
    expect(await codeOf(vault.ephemeral())).toBe('UNSUPPORTED');
    await vault.lock();
  });

  it('when it would replace built-ins later, then it cannot, and the vault does its work', async () => {
    const channel = new BroadcastChannel('what was poisoned');
    onTestFinished(() => channel.close());
    const poisoned = new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data), { once: true }));
    const vault = await openVault({ storage: 'memory', workers: () => new Worker(new URL('./fixture/poisoned-after.worker.ts', import.meta.url), { type: 'module' }), policy: CHEAP });
    onTestFinished(() => vault.close());
    await vault.create({ password: PASSWORD, keyData: KEY_DATA }, { ephemeral: true });
    expect(await poisoned).toEqual([]);
    const message = new Uint8Array(3);
    expect(await vault.sign({ key: 'device', purpose: 'message', message })).toEqual(await new Keyring(KEY_DATA).get('device').signer.signMessage(message));
    expect(await vault.exportKeyData({ password: PASSWORD })).toEqual(KEY_DATA);
  });
});
