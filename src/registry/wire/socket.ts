import { bytesToHex } from '@noble/hashes/utils.js';
import type { CheckedEntry, EntryKey } from '../entry.ts';
import type { JsonObject } from '../json.ts';
import { bytesFromHex, claimFrom, pubkeyFrom, pubkeyJson, pubkeyText, readObject, type Claim } from './fields.ts';

/** The subscription's path on every portal. */
export const SUBSCRIPTION_PATH = '/skynet/registry/subscription';

/**
 * Two generations of skyd shape their messages differently: A (January 2022, one shape with every field) and B (its successor).
 * Clients' requests are the same.
 */
export type Generation = 'A' | 'B';

export type SubscriptionAction = 'subscribe' | 'unsubscribe';

/** A request about one entry. */
export function requestText(action: SubscriptionAction, { pubkey, datakey }: EntryKey): string {
  return `{"action":"${action}","pubkey":"${pubkeyText(pubkey)}","datakey":"${bytesToHex(datakey)}"}`;
}

/** An action no portal knows: both generations answer it with a short error and go on, which shows that they still listen. */
export const LIVENESS_REQUEST = '{"action":"ping"}';

export type SubscriptionRequest =
  | ({ readonly action: SubscriptionAction } & EntryKey)
  | { readonly action: 'subscriptions' }
  | { readonly action: 'refused'; readonly error: string }
  | { readonly action: 'unreadable' };

/** Reads a client's request. `unreadable` is no JSON object and ends the connection, `refused` does not. */
export function readRequest(text: string): SubscriptionRequest {
  const object = readObject(text);
  if (object === undefined) return { action: 'unreadable' };
  const action = object.get('action');
  if (action === 'subscriptions') return { action };
  if (action !== 'subscribe' && action !== 'unsubscribe') return { action: 'refused', error: 'unknown action' };
  const pubkey = pubkeyFrom(object.get('pubkey'));
  if (pubkey === undefined) return { action: 'refused', error: 'failed to parse pubkey: not an ed25519 key' };
  const datakey = bytesFromHex(object.get('datakey'), 32);
  if (datakey === undefined) return { action: 'refused', error: 'failed to parse datakey: encoded value has the wrong length to be a hash' };
  return { action, pubkey, datakey };
}

/** A portal's messages as one generation writes them: JSON text with a line feed. */
export interface MessageWriter {
  update(entry: CheckedEntry): string;
  /** What is said of an entry that does not exist: generation A says nothing. */
  missing(key: EntryKey): string | undefined;
  error(message: string): string;
  subscriptions(entryIds: Iterable<string>): string;
}

const NO_HASH = '0'.repeat(64);

export const MESSAGE_WRITERS: Readonly<Record<Generation, MessageWriter>> = {
  A: {
    update: (entry) =>
      `{"error":"","datakey":"${bytesToHex(entry.datakey)}","pubkey":${pubkeyJson(entry.pubkey)},"signature":"${bytesToHex(entry.signature)}",` +
      `"data":"${bytesToHex(entry.data)}","revision":${entry.revision},"type":${entry.type}}\n`,
    missing: () => undefined,
    error: (message) =>
      `{"error":${JSON.stringify(message)},"datakey":"${NO_HASH}","pubkey":{"algorithm":"","key":null},"signature":"","data":"","revision":0,"type":0}\n`,
    subscriptions: () => MESSAGE_WRITERS.A.error('unknown action'),
  },
  B: {
    update(entry) {
      const data = entry.data.length === 0 ? '' : `"data":"${bytesToHex(entry.data)}",`;
      return (
        `{"responsetype":"notification","datakey":"${bytesToHex(entry.datakey)}","pubkey":"${pubkeyText(entry.pubkey)}",` +
        `"signature":"${bytesToHex(entry.signature)}",${data}"revision":${entry.revision},"type":${entry.type}}\n`
      );
    },
    missing: ({ pubkey, datakey }) =>
      `{"responsetype":"notification","datakey":"${bytesToHex(datakey)}","pubkey":"${pubkeyText(pubkey)}","revision":0}\n`,
    error: (message) => `{"error":${JSON.stringify(message)}}\n`,
    subscriptions: (entryIds) => `{"responsetype":"activesubscriptions","subscriptions":${JSON.stringify([...entryIds])}}\n`,
  },
};

/** A portal's message, and of which generation. Its entry is a claim until a verdict says otherwise; so is that one is missing. */
export type PortalMessage = { readonly generation: Generation } & (
  | { readonly kind: 'update'; readonly key: EntryKey; readonly claim: Claim }
  | { readonly kind: 'missing'; readonly key: EntryKey }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'subscriptions' }
);

/** Reads a portal's message; undefined for what is none of either generation. */
export function readMessage(text: string): PortalMessage | undefined {
  const object = readObject(text);
  if (object === undefined) return undefined;
  const error = object.get('error') ?? '';
  if (typeof error !== 'string') return undefined;
  if (error !== '') return { generation: object.has('datakey') ? 'A' : 'B', kind: 'error', message: error };
  if (object.get('responsetype') === 'activesubscriptions') return { generation: 'B', kind: 'subscriptions' };
  return readNotification(object);
}

function readNotification(object: JsonObject): PortalMessage | undefined {
  const pubkey = pubkeyFrom(object.get('pubkey'));
  const datakey = bytesFromHex(object.get('datakey'), 32);
  if (pubkey === undefined || datakey === undefined) return undefined;
  const key = { pubkey, datakey };
  const generation = object.has('responsetype') ? 'B' : 'A';
  if (!object.has('signature')) return { generation, kind: 'missing', key };
  const claim = claimFrom(object);
  return claim === undefined ? undefined : { generation, kind: 'update', key, claim };
}
