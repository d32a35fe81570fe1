import type { PublicEntriesEvent } from '../../machines/entries.ts';
import type { PublicPortalEvent } from '../../machines/portal.ts';
import type { PublicVaultEvent } from '../../machines/vault.ts';
import { invalidInput } from '../error.ts';
import { takeEntryKey } from '../registry/index.ts';

/** Checks what comes with a public event; of one that is not, its actor says so. */
export type TakeEvent<PublicEvent> = (event: PublicEvent) => PublicEvent;

/** @throws RegistryError `INVALID_INPUT` */
export const takePortalEvent: TakeEvent<PublicPortalEvent> = (event) => {
  if (typeOf(event) === 'SWITCH_TO' && typeof (event as { url?: unknown }).url !== 'string') throw invalidInput('event.url', "a portal's URL");
  return event;
};

/** @throws RegistryError `INVALID_INPUT` */
export const takeEntriesEvent: TakeEvent<PublicEntriesEvent> = (event) => (typeOf(event) === 'RELEASE' ? { type: 'RELEASE', ...takeEntryKey(event, 'event') } : event);

/** LOCK comes with nothing. */
export const takeVaultEvent: TakeEvent<PublicVaultEvent> = (event) => event;

/** A verifier has no public event. */
export const takeVerifierEvent: TakeEvent<never> = (event) => event;

const typeOf = (event: unknown): unknown => (typeof event === 'object' && event !== null ? (event as { type?: unknown }).type : undefined);
