import { RegistryError } from 'secure-registry';
import type { BehaviorSubject } from 'rxjs';
import { vaultAuthor, type Author } from './author.ts';
import type { EditPane } from './edit-pane.ts';
import { element, show } from './element.ts';
import { explained } from './explained.ts';
import type { Clients } from './frame-connection.ts';

export interface SignerPaneOptions {
  readonly clients$: BehaviorSubject<Clients | undefined>;
  /** Whoever signs now. */
  readonly author$: BehaviorSubject<Author>;
  /** Signs where the vault does not. */
  readonly throwaway: Author;
  readonly editor: EditPane;
}

/** Whose key signs: this page's, or one of the vault in the frame, once the user has allowed it. */
export class SignerPane {
  readonly #options: SignerPaneOptions;
  readonly #button = element('vault', HTMLButtonElement);
  #asking: Promise<boolean> | undefined;

  constructor(options: SignerPaneOptions) {
    this.#options = options;
    const { clients$, author$, throwaway, editor } = options;
    author$.subscribe(({ isVault }) => {
      show(this.#button, isVault ? 'Sign with this page’s key' : 'Sign with the vault');
      show(element('signer'), isVault ? 'Signed by a key of the vault in the frame.' : 'Signed by a key that this page made, and forgets.');
    });
    this.#button.addEventListener('click', () => void (author$.value.isVault ? author$.next(throwaway) : this.signWithVault()));
    clients$.subscribe((clients) => {
      if (clients !== undefined || !author$.value.isVault) return;
      author$.next(throwaway);
      editor.tell('The frame was loaded again, and its vault is locked: this page’s key signs.');
    });
  }

  /**
   * Asks the user, unless they are being asked already.
   * @param signal withdraws the question
   * @returns whether the vault signs from now on
   */
  signWithVault(signal?: AbortSignal): Promise<boolean> {
    if (this.#options.author$.value.isVault) return Promise.resolve(true);
    this.#asking ??= this.#ask(signal).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(signal: AbortSignal | undefined): Promise<boolean> {
    const { clients$, author$, editor } = this.#options;
    const client = clients$.value?.editor;
    if (client === undefined) {
      editor.tell('The frame is not there yet.');
      return false;
    }
    this.#button.disabled = true;
    editor.tell('The frame asks you, above this page: a password for its vault, and whether this page may have entries signed.');
    try {
      const author = await vaultAuthor(client, signal);
      if (signal?.aborted === true) throw new RegistryError('ABORTED', 'the question was withdrawn');
      author$.next(author);
      await editor.write('Signed by my vault');
    } catch (error) {
      editor.tell(explained(error));
    }
    this.#button.disabled = false;
    // Whoever withdrew it is elsewhere on the page.
    if (signal?.aborted !== true) this.#button.focus();
    return author$.value.isVault;
  }
}
