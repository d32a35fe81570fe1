import { describe, expect, it } from 'vitest';
import { codeOf } from '../../link/fixture/channels.ts';
import { another, HeldBackStorage, namesOf, openVault, PASSWORD, startVault, stateOf, type VaultLink } from './fixture.ts';

describe('given two tabs or processes on one vault', () => {
  it('when both import keys at once, then none is lost (K6)', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    const imports = Array.from({ length: 6 }, (_, i) =>
      [first, second][i % 2]!.vault.call('importKey', { name: `key${i}`, key: { type: 'ed25519', secret: `0x${`${i}a`.repeat(32)}` } }),
    );
    await Promise.all(imports);
    const third = await another(first);
    expect(namesOf(await third.vault.call('unlock', { password: PASSWORD })).filter((name) => name.startsWith('key')).toSorted()).toEqual(['key0', 'key1', 'key2', 'key3', 'key4', 'key5']);
  });

  it('when one stores something while the other is about to, then the other stores its own beside it (K6)', async () => {
    const first = await openVault();
    const storage = new HeldBackStorage(first.storage);
    const second = await startVault({ storage });
    await second.vault.call('unlock', { password: PASSWORD });
    const aboutTo = storage.writes.shut();
    const removing = second.vault.call('removeKey', { name: 'developer' });
    await aboutTo;
    await first.vault.call('removeKey', { name: 'programMod' });
    storage.writes.open();
    expect(namesOf(await removing)).toEqual(['device']);
  });

  it('when one changes the keys, then the other has them at its next look', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    const names: string[][] = [];
    second.vault.stream('keys').subscribe((keys) => names.push(namesOf(keys ?? [])));
    await first.vault.call('removeKey', { name: 'developer' });
    second.clock.pass(5_000);
    await expect.poll(() => names.at(-1)).toEqual(['programMod', 'device']);
    expect(await stateOf(second.vault)).toEqual({ unlocked: 'resting' });
  });

  it.each([
    { what: 'changes the password', act: (vault: VaultLink) => vault.call('changePassword', { password: PASSWORD, newPassword: 'new' }), state: { locked: 'ready' } },
    { what: 'destroys the vault', act: (vault: VaultLink) => vault.call('destroy', { password: PASSWORD }), state: 'empty' },
  ])('when one $what, then the other is locked at its next look', async ({ act, state }) => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    await act(first.vault);
    second.clock.pass(5_000);
    await expect.poll(async () => stateOf(second.vault)).toEqual(state);
    expect(await codeOf(second.vault.call('keys', undefined))).toMatch(/LOCKED|STORAGE/);
  });

  it('when one has changed the password, then the other, asked to store something, is locked and stores nothing', async () => {
    const first = await openVault();
    const second = await another(first);
    await second.vault.call('unlock', { password: PASSWORD });
    await first.vault.call('changePassword', { password: PASSWORD, newPassword: 'new' });
    expect(await codeOf(second.vault.call('removeKey', { name: 'device' }))).toBe('LOCKED');
    expect(await stateOf(second.vault)).toEqual({ locked: 'ready' });
    expect(namesOf(await second.vault.call('unlock', { password: 'new' }))).toContain('device');
  });
});
