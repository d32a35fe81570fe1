import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Where the vectors are, from the environment: this project runs only where somebody has them. */
const VECTORS_DIR = process.env['VECTORS_DIR'];

/** One file of vectors, or what stands in its way. */
function readVectors(name: string): { readonly value: unknown } | { readonly trouble: string } {
  if (VECTORS_DIR === undefined || !isAbsolute(VECTORS_DIR)) return { trouble: 'Set VECTORS_DIR to the absolute path of the folder of vectors.' };
  try {
    return { value: JSON.parse(readFileSync(join(VECTORS_DIR, name), 'utf8')) };
  } catch (error) {
    return { trouble: `VECTORS_DIR has no readable ${name}: ${(error as NodeJS.ErrnoException).code ?? 'it is not JSON'}` };
  }
}

export interface Vectors {
  readonly portal: PortalVectors;
  readonly kernel: KernelVectors;
  readonly rfc8032: readonly { readonly pub: string; readonly msg: string; readonly sig: string; readonly priv: string }[];
  readonly speccheck: readonly { readonly message: string; readonly pub_key: string; readonly signature: string; readonly expected_go: boolean }[];
  readonly zip215: readonly { readonly vk_bytes: string; readonly sig_bytes: string; readonly message_utf8: string; readonly expected_go: boolean }[];
  readonly wycheproof: { readonly testGroups: readonly { readonly publicKey: { readonly pk: string }; readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[] }[] };
  /** Per language rows of entropy, mnemonic, seed and extended private key, with the passphrase `TREZOR`. */
  readonly bip39: Readonly<Record<string, readonly (readonly [entropy: string, mnemonic: string, seed: string, xprv: string])[]>>;
  readonly bip32: {
    readonly valid: readonly { readonly seed: string; readonly chains: readonly { readonly path: string; readonly xpub: string; readonly xprv: string }[] }[];
    readonly invalid: readonly { readonly key: string; readonly reason: string }[];
  };
  readonly slip10: readonly { readonly seed: string; readonly chains: readonly { readonly path: string; readonly private: string; readonly public: string }[] }[];
  readonly substrate: { readonly vectors: readonly { readonly phrase: string; readonly path: string; readonly sr25519: { readonly publicKey: string; readonly ss58_42: string } }[] };
  readonly addresses: { readonly eip55: readonly string[]; readonly ethereum: { readonly phrase: string; readonly path: string; readonly address: string } };
  readonly skynetSeed: { readonly vectors: readonly { readonly seed: string; readonly phrase: string }[] };
  readonly skynetDictionary: readonly string[];
  readonly matrix: { readonly vectors: readonly { readonly suite: string; readonly id: number }[]; readonly results: Readonly<Record<string, readonly number[]>> };
}

export interface PortalVectors {
  readonly keypair: { readonly publicKeyHex: string; readonly privateKeyHex: string };
  readonly entries: readonly PortalEntry[];
  readonly hashGolden: readonly { readonly source: string; readonly dataKeyString: string; readonly dataUtf8: string; readonly revision: string; readonly type: number; readonly hash: string }[];
  readonly type2: { readonly dataKeyHashHex: string; readonly dataHex: string; readonly revision: string; readonly hashToSignHex: string; readonly signatureHex: string; readonly workHashHex: string; readonly postBodyWithType: string };
  readonly tieBreak: {
    readonly dataKeyHashHex: string;
    readonly revision: string;
    readonly winner: 'A' | 'B';
    readonly A: TieRow;
    readonly B: TieRow;
    readonly siadGolden: { readonly tweak: string; readonly revision: string; readonly rv1: { readonly dataHex: string; readonly hash: string }; readonly rv2: { readonly dataHex: string; readonly hash: string }; readonly moreWork: 'rv1' | 'rv2' };
  };
  readonly websocket: Readonly<Record<string, string>>;
  readonly resolverProofGolden: ProofRow;
  readonly resolverProofOwn: ProofRow;
  readonly skyfiles: readonly {
    readonly name: string;
    readonly metadataJSON: string;
    readonly dataUtf8: string;
    readonly layoutHex: string;
    readonly usedBytes: number;
    readonly merkleroot: string;
    readonly bitfield: number;
    readonly fetchSize: number;
    readonly skylink: string;
    readonly skylinkBase32: string;
  }[];
  readonly zeroSubtreeRoots: Readonly<Record<`h${0 | 1 | 10 | 16}`, string>>;
  readonly bitfields: readonly { readonly usedBytes: number; readonly bitfield: number }[];
  readonly restore: { readonly headerHex: string; readonly headerLength: number; readonly bodyLength: number };
  readonly trustless: { readonly fetchSize: number; readonly bodyLength: number; readonly proofHashesHex: readonly string[] };
}
export interface TieRow {
  readonly dataHex: string;
  readonly signatureHex: string;
  readonly workHashHex: string;
}
export interface ProofRow {
  readonly skynetProofHeader: string;
  readonly resolver: string;
  readonly resolvesTo: string;
}
export interface PortalEntry {
  readonly name: string;
  readonly dataKeyString: string | null;
  readonly dataKeyHashHex: string;
  readonly dataHex: string;
  readonly revision: string;
  readonly type: 1 | 2;
  readonly hashToSignHex: string;
  readonly signatureHex: string;
  readonly workHashHex: string;
  readonly entryIDHex: string;
  readonly entryLinkV2: string;
  readonly getPathAndQuery: string;
  readonly postBody: string;
  readonly getResponseBody: string;
}
export interface KernelVectors {
  readonly registry: readonly {
    readonly name: string;
    readonly publicKey: string;
    readonly secretKey: string;
    readonly dataKey: string;
    readonly data: string;
    readonly revision: string;
    readonly sigHash: string;
    readonly signature: string;
    readonly entryID: string;
    readonly resolverLink: string;
    readonly getQuery: string;
    readonly postBody: string;
  }[];
  readonly skylinks: readonly (
    | { readonly filename: string; readonly metadata: string; readonly fileData: string; readonly layout: string; readonly merkleRoot: string; readonly skylink: string; readonly skylinkBytes: string }
    | { readonly filename?: undefined; readonly dataSize: number; readonly bitfieldLE: string }
  )[];
  readonly hashes: readonly { readonly name: string; readonly publicKey?: string; readonly dataKey?: string; readonly data?: string; readonly revision?: string; readonly signature?: string; readonly entryID?: string }[];
}

const FILES: Readonly<Record<keyof Vectors, string>> = {
  portal: 'portal.json',
  kernel: 'kernel.json',
  rfc8032: 'rfc8032.json',
  speccheck: 'speccheck.json',
  zip215: 'zip215.json',
  wycheproof: 'wycheproof-ed25519.json',
  bip39: 'bip39.json',
  bip32: 'bip32.json',
  slip10: 'slip10-ed25519.json',
  substrate: 'substrate.json',
  addresses: 'addresses.json',
  skynetSeed: 'skynet-seed.json',
  skynetDictionary: 'skynet-dictionary.json',
  matrix: 'verify-matrix.json',
};

/** What stands in the way of the first file that cannot be read; undefined if all can. */
export const TROUBLE: string | undefined = Object.values(FILES)
  .map(readVectors)
  .map((file) => ('trouble' in file ? file.trouble : undefined))
  .find((trouble) => trouble !== undefined);

/** The vectors; undefined unless every file is there. */
export const VECTORS: Vectors | undefined =
  TROUBLE === undefined ? (Object.fromEntries(Object.entries(FILES).map(([name, file]) => [name, (readVectors(file) as { value: unknown }).value])) as unknown as Vectors) : undefined;
