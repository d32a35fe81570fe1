import { bytesToHex } from '@noble/hashes/utils.js';
import { MAX_DATA_BYTES, type CheckedEntry, type EntryKey } from '../entry.ts';
import { JsonNumber, type JsonValue } from '../json.ts';
import { bytesFromArray, bytesFromGo, bytesFromHex, claimFrom, pubkeyFrom, pubkeyJson, pubkeyText, readObject, readObjects, revisionFrom, type Claim } from './fields.ts';

/** The registry's path on every portal. */
export const REGISTRY_PATH = '/skynet/registry';

/** Path and query of a read: both parts of the key, and after how many seconds the portal should give up (1 … 300). */
export function readPath({ pubkey, datakey }: EntryKey, timeoutSeconds: number): string {
  return `${REGISTRY_PATH}?publickey=${encodeURIComponent(pubkeyText(pubkey))}&datakey=${bytesToHex(datakey)}&timeout=${timeoutSeconds}`;
}

/** The body of a portal's answer to a read, in skyd's order of keys, with the line feed of Go's encoder. */
export function answerBody(entry: CheckedEntry): string {
  return (
    `{"data":"${bytesToHex(entry.data)}","revision":${entry.revision},"datakey":"${bytesToHex(entry.datakey)}",` +
    `"publickey":${pubkeyJson(entry.pubkey)},"signature":"${bytesToHex(entry.signature)}","type":${entry.type}}\n`
  );
}

/**
 * The claim in an answer to a read; undefined if it is none. The keys it echoes are not looked at: the verdict is asked with the key
 * that was asked for.
 */
export function readAnswer(body: string): Claim | undefined {
  const object = readObject(body);
  return object === undefined ? undefined : claimFrom(object);
}

/** The entries of a JSON array of answers to reads, with the keys they echo; their signatures are not looked at. Undefined unless every one is whole. */
export function readEntries(text: string): CheckedEntry[] | undefined {
  const entries: CheckedEntry[] = [];
  for (const object of readObjects(text) ?? [undefined]) {
    const claim = object && claimFrom(object);
    const pubkey = pubkeyFrom(object?.get('publickey'));
    const datakey = bytesFromHex(object?.get('datakey'), 32);
    if (claim === undefined || pubkey === undefined || datakey === undefined) return undefined;
    entries.push({ ...claim, pubkey, datakey });
  }
  return entries;
}

/** The body of a write, as skynet-js sends it; `type` only where it is not 1. */
export function writeBody(entry: CheckedEntry): string {
  const type = entry.type === 1 ? '' : `,"type":${entry.type}`;
  return (
    `{"publickey":{"algorithm":"ed25519","key":[${entry.pubkey.join(',')}]},"datakey":"${bytesToHex(entry.datakey)}",` +
    `"revision":${entry.revision},"data":[${entry.data.join(',')}],"signature":[${entry.signature.join(',')}]${type}}`
  );
}

/** What a portal makes of the body of a write: the entry, its signature not yet looked at, or the reason it cannot be one. */
export type WriteRequest = { readonly entry: CheckedEntry } | { readonly refusal: string };

/** Reads the body of a write in every form skyd takes (portal protocol, "POST /skynet/registry"). */
export function readWrite(body: string): WriteRequest {
  const object = readObject(body);
  if (object === undefined) return undecodable('not a JSON object, or a key given twice');
  const pubkey = pubkeyFrom(object.get('publickey'));
  if (pubkey === undefined) return undecodable('publickey');
  const datakey = bytesFromHex(object.get('datakey'), 32);
  if (datakey === undefined) return undecodable('datakey');
  const revision = revisionFrom(object.get('revision'));
  if (revision === undefined) return undecodable('revision');
  const data = bytesFromGo(object.get('data'), MOST_BYTES_READ);
  if (data === undefined) return undecodable('data');
  const signature = bytesFromArray(object.get('signature'), 64);
  if (signature?.length !== 64) return undecodable('signature');
  if (data.length > MAX_DATA_BYTES) return { refusal: `Registry data is too big: ${data.length} > ${MAX_DATA_BYTES}` };
  const type = writtenType(object.get('type'));
  if (type === undefined) return { refusal: 'Unable to update the registry: invalid entry type' };
  if (type === 2 && data.length < 20) return { refusal: 'Unable to update the registry: entry data is malformed' };
  return { entry: { pubkey, datakey, data, revision, signature, type } };
}

/** Data beyond the limit is still read this far, to be refused by its length. */
const MOST_BYTES_READ = 64 * 1024;

const undecodable = (what: string): WriteRequest => ({ refusal: `Failed to decode request: ${what}` });

/** Absent and 0 mean 1 in a write. */
function writtenType(value: JsonValue | undefined): 1 | 2 | undefined {
  if (value === undefined || value === null) return 1;
  const type = value instanceof JsonNumber ? value.unsigned(2n) : undefined;
  return type === 0n || type === 1n ? 1 : type === 2n ? 2 : undefined;
}

/** The body of every refusal. */
export function refusalBody(message: string): string {
  return `${JSON.stringify({ message })}\n`;
}

/** The text of a refusal; undefined for a body that is none, an HTML page for instance. */
export function readRefusal(body: string): string | undefined {
  const message = readObject(body)?.get('message');
  return typeof message === 'string' ? message : undefined;
}
