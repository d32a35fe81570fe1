import type { Bytes } from '../../src/registry/bytes.ts';
export interface OsKeyring {
  probe(): Promise<void>;
  load(id: string): Promise<Bytes | undefined>;
  store(id: string, secret: Bytes): Promise<void>;
  remove(id: string): Promise<void>;
}
