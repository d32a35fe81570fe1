import { expect, it, onTestFinished, vi } from 'vitest';
import { inline, MemoryStorage } from '../../src/inline.ts';
import { generateMnemonic } from '../../src/keyring/index.ts';
import { openVault } from '../../src/runtime.ts';

it.each([
  { what: 'that is to last', ephemeral: false, asked: 1 },
  { what: 'that may be lost', ephemeral: true, asked: 0 },
])('when a page makes a vault $what, then the browser is asked $asked times to keep the data of the site', async ({ ephemeral, asked }) => {
  const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(false);
  onTestFinished(() => persist.mockRestore());
  const workers = inline({ storage: new MemoryStorage({ durable: true }) });
  const vault = await openVault({ workers, policy: { vaultMemory: 19_456, vaultPasses: 2 } });
  onTestFinished(() => vault.close());
  await vault.create({ password: 'a password', mnemonic: generateMnemonic() }, { ephemeral });
  await vault.lock();
  await vault.unlock({ password: 'a password' });
  expect(persist).toHaveBeenCalledTimes(asked);
});
