import { describe, expect, it } from 'vitest';
import { readPortals, writePortals } from '../../../src/kernel/module/portal-setting.ts';
import { MemoryStorage } from '../../../src/storage/index.ts';
import { KEY_A, KEY_B, sealWith, useOf } from './fixture.ts';

const URLS = ['https://a.example', 'http://127.0.0.1:9980'];
const RECORD = Uint8Array.of(6);
const recordIn = async (storage: MemoryStorage) => (await (await storage.open()).getMany([RECORD]))[0];
const put = async (storage: MemoryStorage, record: Uint8Array): Promise<void> => (await storage.open()).update([{ key: RECORD, decide: () => record }]);

describe('given portals that were set', () => {
  it('when a worker of the module reads them, then it has them, in order; the record is a seal, then a line for each', async () => {
    const storage = new MemoryStorage();
    await writePortals(useOf(storage), sealWith(KEY_A), URLS);
    expect(await readPortals(useOf(storage), sealWith(KEY_A))).toEqual(URLS);
    const text = new TextEncoder().encode(URLS.join('\n'));
    expect(await recordIn(storage)).toEqual(Uint8Array.of(...(sealWith(KEY_A).of(6, text) ?? []), ...text));
  });

  it('when another module looks, or the record was changed, or is of another kind, then there are none', async () => {
    const storage = new MemoryStorage();
    await writePortals(useOf(storage), sealWith(KEY_A), URLS);
    expect(await readPortals(useOf(storage), sealWith(KEY_B))).toBeUndefined();
    expect(await readPortals(useOf(storage), sealWith(undefined))).toBeUndefined();
    const record = (await recordIn(storage)) ?? expect.unreachable();
    for (const at of [0, 31, 32, record.length - 1]) {
      await put(storage, record.map((byte, i) => (i === at ? byte ^ 1 : byte)));
      expect(await readPortals(useOf(storage), sealWith(KEY_A)), `byte ${at}`).toBeUndefined();
    }
    const text = new TextEncoder().encode('ftp://no.portal');
    for (const other of [new Uint8Array(), Uint8Array.of(6), Uint8Array.of(...(sealWith(KEY_A).of(6, text) ?? []), ...text), Uint8Array.of(...(sealWith(KEY_A).of(5, text) ?? []), ...text)]) {
      await put(storage, other);
      expect(await readPortals(useOf(storage), sealWith(KEY_A))).toBeUndefined();
    }
  });

  it('when there is no key, then nothing is written; when the storage fails, then it resolves', async () => {
    const storage = new MemoryStorage();
    await writePortals(useOf(storage), sealWith(undefined), URLS);
    expect(storage.commits).toBe(0);
    storage.fault = 'full';
    await expect(writePortals(useOf(storage), sealWith(KEY_A), URLS)).resolves.toBeUndefined();
    storage.fault = 'blocked';
    expect(await readPortals(useOf(storage), sealWith(KEY_A))).toBeUndefined();
  });
});
