import { expect, it } from 'vitest';
import { openOsKeyring } from '#os-keyring';

it('given a browser, then every use of a keyring of the operating system is UNSUPPORTED', async () => {
  const keyring = openOsKeyring();
  const id = new Uint8Array(16);
  for (const call of [keyring.probe(), keyring.load(id), keyring.store(id, new Uint8Array(32)), keyring.remove(id)]) {
    await expect(call).rejects.toMatchObject({ code: 'UNSUPPORTED', hint: expect.any(String) as string });
  }
});
