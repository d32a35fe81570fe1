import type { SigningPurpose } from '../../../actors/vault/service.ts';
import { RegistryError } from '../../error.ts';

/** What the user has allowed an origin: to sign with a key, for a purpose. */
export interface Consent {
  readonly origin: string;
  readonly key: string;
  readonly purpose: SigningPurpose;
}

/** What the user has allowed, and not withdrawn. All reject with `STORAGE`. */
export interface ConsentStore {
  list(): Promise<readonly Consent[]>;
  add(consents: readonly Consent[]): Promise<void>;
  /** Of all that an origin was allowed. */
  remove(origin: string): Promise<void>;
}

const DATABASE = 'secure-registry frame';
const STORE = 'consents';

/** Kept in the frame's own IndexedDB. */
export function storedConsents(factory: IDBFactory = indexedDB): ConsentStore {
  const work = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T> | void): Promise<T | undefined> => {
    try {
      const database = await settled(open(factory));
      try {
        const transaction = database.transaction(STORE, mode);
        const request = act(transaction.objectStore(STORE));
        await new Promise<void>((resolve, reject) => {
          transaction.addEventListener('complete', () => resolve());
          transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('aborted')));
        });
        return request?.result;
      } finally {
        database.close();
      }
    } catch (cause) {
      throw new RegistryError('STORAGE', 'what was allowed could not be kept or looked up', { cause });
    }
  };
  return {
    list: async () => ((await work('readonly', (store) => store.getAll())) ?? []) as readonly Consent[],
    add: async (consents) => {
      await work('readwrite', (store) => {
        for (const { origin, key, purpose } of consents) store.put({ origin, key, purpose });
        return undefined;
      });
    },
    remove: async (origin) => {
      await work('readwrite', (store) => store.delete(IDBKeyRange.bound([origin], [origin, []])));
    },
  };
}

function open(factory: IDBFactory): IDBOpenDBRequest {
  const request = factory.open(DATABASE, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { keyPath: ['origin', 'key', 'purpose'] }));
  return request;
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('failed')));
    request.addEventListener('blocked', () => reject(new Error('blocked')));
  });
