import { describe, expect, it, onTestFinished } from 'vitest';
import { storedConsents, type Consent } from '../../../src/kernel/frame/index.ts';
import { APP, READER } from './fixture.ts';

const consent = (origin: string, key: string): Consent => ({ origin, key, purpose: 'message' });

describe('given consents in IndexedDB', () => {
  it('when some are added, twice, then each is there once, also for who opens it anew; when an origin\'s are removed, then those alone', async () => {
    const store = storedConsents();
    onTestFinished(async () => {
      for (const origin of [APP, READER, `${APP}.example`]) await store.remove(origin);
    });
    await store.add([consent(APP, 'a'), consent(APP, 'b'), consent(READER, 'a')]);
    await store.add([consent(APP, 'a'), consent(`${APP}.example`, 'a')]);
    expect(await storedConsents().list()).toHaveLength(4);
    await store.remove(APP);
    expect(await store.list()).toEqual([consent(`${APP}.example`, 'a'), consent(READER, 'a')]);
  });

  it('when the storage cannot be used, then that is STORAGE', async () => {
    const broken = { open: () => { throw new Error('blocked'); } } as unknown as IDBFactory;
    await expect(storedConsents(broken).list()).rejects.toEqual(expect.objectContaining({ code: 'STORAGE' }));
  });
});
