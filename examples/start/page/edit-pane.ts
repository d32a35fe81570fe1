import { hashDatakey, MAX_DATA_BYTES, RegistryError, type EntryKey } from 'secure-registry';
import type { Author } from './author.ts';
import { element, show } from './element.ts';
import { explained } from './explained.ts';
import type { Clients } from './frame-connection.ts';
import { listed } from './portal-names.ts';

/** Of the entry that is edited, whoever signs it. */
const DATAKEY = hashDatakey('what the demo says');

export const keyOf = ({ pubkey }: Author): EntryKey => ({ pubkey, datakey: DATAKEY });

export interface EditPaneOptions {
  readonly clients: () => Clients | undefined;
  readonly author: () => Author;
  readonly nameOf: (url: string) => string;
}

/** What is written, and by whom: the pane on the left. */
export class EditPane {
  readonly #options: EditPaneOptions;
  readonly #text = element('text', HTMLInputElement);
  readonly #outcome = element('outcome');
  /** One write after the other: each follows from the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EditPaneOptions) {
    this.#options = options;
    const count = (): void => show(element('count'), `${bytesOf(this.#text.value).length} of ${MAX_DATA_BYTES} bytes`);
    this.#text.addEventListener('input', count);
    count();
    element('edit').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.write(this.#text.value);
    });
  }

  tell(outcome: string): void {
    show(this.#outcome, outcome);
  }

  /** Signs the text with the next revision, and writes it. Resolves with what became of it, which is told, too. */
  write(text: string): Promise<boolean> {
    this.#text.value = text;
    this.#text.dispatchEvent(new Event('input'));
    const written = this.#last.then(() => this.#write(text)).then(
      (outcome) => {
        this.tell(outcome);
        return true;
      },
      (error: unknown) => {
        this.tell(`${explained(error)}${isRetryable(error) ? ' Write it again when a portal is back.' : ''}`);
        return false;
      },
    );
    this.#last = written;
    return written;
  }

  async #write(text: string): Promise<string> {
    const frame = this.#options.clients()?.editor;
    if (frame === undefined) throw new RegistryError('WORKER_GONE', 'the frame is not there yet; write again in a moment');
    const author = this.#options.author();
    const key = keyOf(author);
    // Whatever is known: the runtime knows what it has seen, and no portal can make that less.
    const current = await frame.read(key, { maxStaleness: Infinity });
    const entry = await author.sign({ ...key, data: bytesOf(text), revision: current.exists ? current.revision + 1n : 0n });
    const { revision, acceptedBy } = await frame.write(entry);
    return `Revision ${revision}, signed by ${author.isVault ? 'the vault' : 'this page'}, was accepted by ${listed(acceptedBy.map(this.#options.nameOf))}.`;
  }
}

const isRetryable = (error: unknown): boolean => error instanceof RegistryError && error.retryable;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
