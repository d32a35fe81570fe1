import { describe, expect, it } from 'vitest';
import { openOsKeyring, type KeyringModule } from '../../../actors/vault/os-keyring.node.ts';

type Entry = InstanceType<KeyringModule['AsyncEntry']>;

const ID = new Uint8Array(16).fill(3);
const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
const MISSING = { code: 'UNSUPPORTED', hint: expect.any(String) as string };

/** A keyring as `@napi-rs/keyring` shows one, in memory; what it does can be replaced. */
function fake(changes: (secrets: Map<string, number[]>, account: string) => Partial<Entry> = () => ({})): { readonly load: () => Promise<KeyringModule>; readonly secrets: Map<string, number[]>; readonly options: unknown[] } {
  const secrets = new Map<string, number[]>();
  const options: unknown[] = [];
  function AsyncEntry(this: Entry, service: string, account: string, given: unknown): void {
    options.push(given);
    const key = `${service}/${account}`;
    this.setSecret = (secret) => Promise.resolve(void secrets.set(key, [...secret]));
    this.getSecret = () => Promise.resolve(secrets.get(key)?.slice() ?? null);
    this.deleteCredential = () => Promise.resolve(secrets.delete(key));
    Object.assign(this, changes(secrets, key));
  }
  return { load: () => Promise.resolve({ AsyncEntry } as unknown as KeyringModule), secrets, options };
}

const denied = (): Promise<never> => Promise.reject(new Error('AccessDenied'));
function sessionless(): void {
  throw new Error('no session');
}

describe('given a keyring that works', () => {
  it('when a secret is stored, then it is loaded by the id of its vault, as bytes, until it is removed', async () => {
    const { load, secrets, options } = fake();
    const keyring = openOsKeyring(load);
    await keyring.probe();
    expect(secrets.size).toBe(0); // the probe leaves nothing
    expect(await keyring.load(ID)).toBeUndefined();
    await keyring.store(ID, SECRET);
    expect(await keyring.load(ID)).toEqual(SECRET);
    expect(await openOsKeyring(load).load(ID)).toEqual(SECRET);
    expect(await keyring.load(new Uint8Array(16))).toBeUndefined();
    await keyring.store(ID, SECRET.toReversed());
    expect(await keyring.load(ID)).toEqual(SECRET.toReversed());
    await keyring.remove(ID);
    expect(await keyring.load(ID)).toBeUndefined();
    await keyring.remove(ID);
    expect(secrets.size).toBe(0);
    expect(new Set(options.map((given) => JSON.stringify(given)))).toEqual(new Set(['{"linux":{"store":"secret-service"}}']));
  });

  it('when its secrets come as Uint8Arrays, then they are taken too, and the ones they came in are wiped', async () => {
    const handed: Uint8Array[] = [];
    const { load } = fake((secrets, key) => ({
      getSecret: () => {
        const found = secrets.get(key);
        if (found === undefined) return Promise.resolve(null);
        handed.push(Uint8Array.from(found));
        return Promise.resolve(handed.at(-1) ?? null);
      },
    }));
    const keyring = openOsKeyring(load);
    await keyring.store(ID, SECRET);
    expect(await keyring.load(ID)).toEqual(SECRET);
    expect(handed.length).toBe(2);
    expect(handed.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
  });

  it('when it holds something else for the vault, then that is told, not taken for a secret', async () => {
    const { load, secrets } = fake();
    const keyring = openOsKeyring(load);
    await keyring.store(ID, SECRET);
    for (const other of [[], [1, 2, 3], Array.from({ length: 33 }, () => 1)]) {
      for (const key of secrets.keys()) secrets.set(key, other);
      await expect(keyring.load(ID)).rejects.toMatchObject(MISSING);
    }
  });

  it('when the caller is at fault, then it is INVALID_INPUT', async () => {
    const keyring = openOsKeyring(fake().load);
    await expect(keyring.load(new Uint8Array(15))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'id' });
    await expect(keyring.store(ID, new Uint8Array(31))).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'secret' });
    await expect(keyring.remove('id' as unknown as Uint8Array)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'id' });
  });
});

describe('given a keyring that does not work', () => {
  it.each<[string, () => Promise<KeyringModule>]>([
    ['is not installed', () => Promise.reject(new Error('Cannot find package @napi-rs/keyring'))],
    ['refuses to open', () => Promise.resolve({ AsyncEntry: sessionless } as unknown as KeyringModule)],
    ['denies everything', fake(() => ({ setSecret: denied, getSecret: denied, deleteCredential: denied })).load],
    ['looks empty, and takes nothing', fake(() => ({ setSecret: denied, getSecret: () => Promise.resolve(null), deleteCredential: () => Promise.resolve(false) })).load],
    ['looks empty, and forgets what it takes', fake(() => ({ setSecret: () => Promise.resolve(), deleteCredential: () => Promise.resolve(false) })).load],
  ])('when it %s, then everything is UNSUPPORTED with a hint, and nothing is taken for absent', async (_, load) => {
    const keyring = openOsKeyring(load);
    for (const call of [() => keyring.probe(), () => keyring.load(ID), () => keyring.store(ID, SECRET), () => keyring.remove(ID)]) {
      await expect(call()).rejects.toMatchObject(MISSING);
    }
  });

  it('when it gives back other bytes than it was given, then storing is UNSUPPORTED, and so is the probe', async () => {
    const keyring = openOsKeyring(fake((secrets, key) => ({ setSecret: (secret) => Promise.resolve(void secrets.set(key, [...secret].toReversed())) })).load);
    await expect(keyring.store(ID, SECRET)).rejects.toMatchObject(MISSING);
    await expect(keyring.probe()).rejects.toMatchObject(MISSING);
  });

  it('when it says that it has removed a secret and has not, then removing is UNSUPPORTED, and so is the probe', async () => {
    const keyring = openOsKeyring(fake(() => ({ deleteCredential: () => Promise.resolve(true) })).load);
    await keyring.store(ID, SECRET);
    await expect(keyring.remove(ID)).rejects.toMatchObject(MISSING);
    await expect(keyring.probe()).rejects.toMatchObject(MISSING);
  });

  it('when it is installed later, then it is tried again', async () => {
    const { load } = fake();
    let isInstalled = false;
    const keyring = openOsKeyring(() => (isInstalled ? load() : Promise.reject(new Error('Cannot find package'))));
    await expect(keyring.probe()).rejects.toMatchObject(MISSING);
    isInstalled = true;
    await expect(keyring.probe()).resolves.toBeUndefined();
  });
});
