import { keyNamed, type CheckedEntry } from '../registry/index.ts';
import { MESSAGE_WRITERS, type Generation } from '../registry/wire/index.ts';
import type { Chance } from './chance.ts';
import { withFlippedBit, withForgedSignature, type SocketFault } from './faults.ts';
import { lieFor } from './lies.ts';
import type { Shelf } from './shelf.ts';

/** How many bad signatures come at once in a flood. */
const FLOOD = 20;
const HUGE = 1_000_000;
/** After how long a frame comes that was to come after the next one, where there is none, in milliseconds. */
const LATE = 1_000;

/** What a portal lies with. */
export interface Liar {
  readonly chance: Chance;
  readonly shelf: Shelf;
  readonly generation: Generation;
  later(callback: () => void, milliseconds: number): void;
}

/** What one socket says in place of each frame with an entry, as a fault has it. */
export class Frames {
  readonly #liar: Liar;
  readonly #sayLate: (text: string) => void;
  #heldBack: string | undefined;

  /** @param sayLate says a frame that was held back, and that no other one came after */
  constructor(liar: Liar, sayLate: (text: string) => void) {
    this.#liar = liar;
    this.#sayLate = sayLate;
  }

  /** @param text what tells of the entry of this name, as an honest portal does */
  inPlaceOf(text: string, name: string, fault: SocketFault | undefined): readonly string[] {
    const late = this.#heldBack === undefined ? [] : [this.#heldBack];
    this.#heldBack = undefined;
    if (fault === 'reorder' && late.length === 0) return this.#holdBack(text);
    return [...this.#tampered(text, name, fault), ...late];
  }

  #tampered(text: string, name: string, fault: SocketFault | undefined): readonly string[] {
    const { chance, shelf, generation } = this.#liar;
    const write = (entry: CheckedEntry | null | undefined): readonly string[] => {
      const written = entry === null ? MESSAGE_WRITERS[generation].missing(keyNamed(name)) : entry && MESSAGE_WRITERS[generation].update(entry);
      return written === undefined ? [] : [written];
    };
    switch (fault) {
      case 'forge':
        return [withForgedSignature(text)];
      case 'flip':
        return [withFlippedBit(text, chance.below(text.length), chance.below(7))];
      case 'garbage':
        return [text.slice(0, chance.below(text.length))];
      case 'huge':
        return [text.padEnd(HUGE)];
      case 'stale':
      case 'equivocate':
      case 'cross': {
        const lie = lieFor(fault, shelf, name);
        return lie === undefined ? [text] : write(lie);
      }
      case 'duplicate':
        return [text, text];
      case 'flood': {
        const flood = Array.from({ length: FLOOD }, (_, i) => text.replace(/("signature":").../, (_all, before: string) => before + (0x100 + i).toString(16)));
        return [...flood, ...write(shelf.foreign(name)), text];
      }
      default:
        return [text];
    }
  }

  #holdBack(text: string): readonly string[] {
    this.#heldBack = text;
    this.#liar.later(() => {
      if (this.#heldBack !== text) return;
      this.#heldBack = undefined;
      this.#sayLate(text);
    }, LATE);
    return [];
  }
}
