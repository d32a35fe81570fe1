import { RegistryError } from '../../error.ts';
import type { VaultHandle, VaultState } from '../../runtime.ts';
import { element } from './element.ts';

/** What the user types to open the vault, and for whom it is wiped: nothing of it leaves the frame. */
export class VaultForm {
  readonly root = element('fieldset', {});
  readonly #vault: VaultHandle;
  readonly #password = element('input', { type: 'password', autocomplete: 'current-password', maxLength: 1_024 });
  readonly #mnemonic = element('textarea', { rows: 4, autocomplete: 'off', spellcheck: false });
  readonly #onChange: () => void;
  readonly #end: () => void;
  #state: VaultState = 'opening';

  /** @param onChange called when other fields stand here, and what is below has moved */
  constructor(vault: VaultHandle, onChange: () => void) {
    this.#vault = vault;
    this.#onChange = onChange;
    const subscription = vault.state$.subscribe({ next: (state) => this.#show(state), error: () => this.#show('unavailable') });
    this.#end = () => subscription.unsubscribe();
  }

  /** Opens the vault if it is not open. @throws RegistryError of the vault; `LOCKED` with what the user has to do first */
  async open(signal: AbortSignal): Promise<void> {
    if (this.#state === 'unlocked') return this.#wipe();
    if (this.#state !== 'locked' && this.#state !== 'empty') throw new RegistryError('STORAGE', 'the vault cannot be opened just now');
    const password = this.#password.value;
    const mnemonic = this.#mnemonic.value.trim().replace(/\s+/g, ' ');
    // No keys are made before the user has seen the words that bring them back: whoever asks may be gone at any moment, and the words with that.
    if (this.#state === 'empty' && mnemonic === '') {
      const { generateMnemonic } = await import('../../keyring/mnemonic.ts');
      if (!signal.aborted) this.#mnemonic.value = generateMnemonic();
      throw new RegistryError('LOCKED', 'Your new keys will be made of the words above. Write them down: nothing else brings the keys back. Then go on.');
    }
    this.#password.value = '';
    if (this.#state === 'locked') await this.#vault.unlock({ password }, { signal });
    else await this.#vault.recover({ mnemonic, password }, { signal });
    // Words that did not do stay: who has written them down must not be given others.
    this.#wipe();
  }

  close(): void {
    this.#end();
    this.#wipe();
  }

  #wipe(): void {
    this.#password.value = '';
    this.#mnemonic.value = '';
  }

  #show(state: VaultState): void {
    this.#state = state;
    if (state === 'locked') this.root.replaceChildren(label('Password of your vault', this.#password));
    else if (state === 'empty') this.root.replaceChildren(label('You have no keys here yet. A password for them', this.#password), label('Words to bring keys back with; none for new keys', this.#mnemonic));
    else if (state === 'unlocked') this.root.replaceChildren('Your vault is open. ', this.#lockButton());
    else this.root.replaceChildren(state === 'unavailable' ? 'Your vault cannot be reached.' : 'One moment …');
    this.#onChange();
  }

  #lockButton(): HTMLElement {
    const button = element('button', { type: 'button', id: 'lock' }, 'Lock it');
    button.addEventListener('click', () => void this.#vault.lock().catch(() => this.#show('unavailable')));
    return button;
  }
}

const label = (text: string, input: HTMLElement): HTMLElement => element('label', {}, text, input);
