import { entryId } from '../registry/index.ts';
import type { ReadResult } from '../runtime.ts';
import { hex, readableText } from './entry-arguments.ts';

/** A result as one JSON object: bytes as hex, the revision as a decimal string, which no JSON parser rounds. */
export function jsonOf(result: ReadResult): string {
  const key = { entryId: hex(entryId(result)), pubkey: `ed25519:${hex(result.pubkey)}`, datakey: hex(result.datakey) };
  if (!result.exists) {
    const { exists, status, claimedBy, confirmedAt } = result;
    return JSON.stringify({ exists, ...key, status, claimedBy, confirmedAt });
  }
  const { exists, deleted, data, revision, signature, type = 1, status, source, confirmedAt, confirmedBy, floor } = result;
  return JSON.stringify({ exists, deleted, ...key, data: hex(data), revision: String(revision), signature: hex(signature), type, status, source, confirmedAt, confirmedBy, floor });
}

/** A result for a person: a line a fact. */
export function textOf(result: ReadResult): string {
  if (!result.exists) return `does not exist, say ${result.claimedBy.join(' and ')} (${result.status})`;
  const { revision, status, confirmedBy, floor } = result;
  return [
    `revision   ${revision}`,
    `data       ${dataText(result)}`,
    `status     ${status}${confirmedBy.length === 0 ? '' : `, confirmed by ${confirmedBy.join(' and ')}`}`,
    `floor      ${floor}`,
  ].join('\n');
}

/** A result in one line, for a list of updates. */
export function lineOf(result: ReadResult): string {
  return result.exists ? `revision ${result.revision}  ${dataText(result)}  (${result.status})` : textOf(result);
}

function dataText({ data, deleted }: { readonly data: Uint8Array; readonly deleted: boolean }): string {
  if (deleted) return 'deleted';
  if (data.length === 0) return 'empty';
  const text = readableText(data);
  return text === undefined ? hex(data) : `${hex(data)}  "${text}"`;
}
