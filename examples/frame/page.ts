import type { ReadResult } from 'secure-registry';
import { connectFrame } from 'secure-registry/kernel';

/** What the page's server knows. */
interface Knowledge {
  /** Where the frame is. */
  readonly frame: string;
  /** Of the entry; 32 bytes each, as hex. */
  readonly pubkey: string;
  readonly datakey: string;
}

const knowledge = (await (await fetch('entry.json')).json()) as Knowledge;
show('frame', knowledge.frame);
try {
  const frame = await connectFrame({ url: knowledge.frame });
  const key = { pubkey: bytes(knowledge.pubkey), datakey: bytes(knowledge.datakey) };
  frame.watch(key, { status: true }).subscribe({ next: showEntry, error: showError });
} catch (error) {
  showError(error); // TIMEOUT: the frame is not there, or does not list this page's origin
}

function showEntry(result: ReadResult): void {
  show('value', result.exists ? new TextDecoder().decode(result.data) : 'does not exist');
  show('revision', result.exists ? String(result.revision) : '–');
  show('status', result.status);
  show('confirmed', (result.exists ? result.confirmedBy : result.claimedBy).join(', ') || 'nobody yet');
}

/** @param error a RegistryError: of the frame, or that the frame is gone */
function showError(error: unknown): void {
  show('value', String(error));
}

function show(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no ${id}`);
  element.textContent = text;
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
