/** As much of libkernel 0.1.42 as is used here: the package's own declarations are where no compiler looks for them. */
declare module 'libkernel' {
  type Tuple<T> = Promise<[T, string | null]>;
  export function init(): Promise<string | undefined>;
  export function loginComplete(): Promise<void>;
  export function kernelLoaded(): Promise<string | null>;
  export function kernelVersion(): Promise<[version: string, distribution: string, err: string | null]>;
  export function callModule(module: string, method: string, data?: unknown): Tuple<unknown>;
  export function connectModule(module: string, method: string, data: unknown, receive: (data: never) => void): [(data: unknown) => void, Tuple<unknown>];
  export function registryRead(publicKey: Uint8Array, dataKey: Uint8Array): Tuple<{ exists?: boolean; entryData?: Uint8Array; revision?: bigint }>;
  export function registryWrite(keypair: { publicKey: Uint8Array; secretKey: Uint8Array }, dataKey: Uint8Array, entryData: Uint8Array, revision: bigint): Tuple<Uint8Array>;
}
