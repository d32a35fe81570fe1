import { RegistryError } from '../../error.ts';
import type { VaultHandle } from '../../runtime.ts';
import type { ConsentView, Question, QuestionEvents, ShownQuestion } from './consent-desk.ts';
import type { Consent } from './consent-store.ts';
import { element } from './element.ts';
import { watchSight } from './sight.ts';
import { VaultForm } from './vault-form.ts';

export interface FrameViewOptions {
  readonly root: HTMLElement;
  readonly vault: () => Promise<VaultHandle>;
  readonly allowed: () => Promise<readonly Consent[]>;
  readonly withdraw: (origin: string) => Promise<void>;
}

const PURPOSES = { 'registry-entry': 'registry entries', message: 'messages', extrinsic: 'transactions' } as const;

/** What the user sees of the frame: a question, or the vault; and what was allowed. */
export class FrameView implements ConsentView {
  readonly size = { width: 440, height: 640 };
  readonly #options: FrameViewOptions;

  constructor(options: FrameViewOptions) {
    this.#options = options;
  }

  ask({ origin, keys, purposes }: Question, events: QuestionEvents): ShownQuestion {
    const what = purposes.map((purpose) => PURPOSES[purpose]).join(', ');
    const shown = this.#open(
      [element('h1', {}, origin), element('p', {}, `wants to sign ${what} with your ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}.`)],
      { go: 'Allow', stop: 'Deny' },
      { go: events.allow, stop: events.deny, move: () => sight.again() },
    );
    const sight = watchSight(shown.panel, events.sight);
    return {
      openVault: async (signal) => (await shown.form).open(signal),
      failed: (error) => {
        shown.tell(error);
        sight.again();
      },
      close: () => {
        sight.end();
        shown.close();
      },
    };
  }

  /** @param done absent where the frame is a page of its own: there is nothing to go back to */
  manage(done?: () => void): () => void {
    const go = async (): Promise<void> => {
      try {
        await (await shown.form).open(new AbortController().signal);
      } catch (error) {
        shown.tell(error);
      }
    };
    const shown = this.#open([element('h1', {}, 'Your vault')], { go: 'Open', stop: 'Done' }, { go: () => void go(), stop: done });
    shown.panel.className = 'vault';
    return shown.close;
  }

  /** A panel with the vault's form, two buttons, and below it what was allowed. */
  #open(head: readonly Node[], labels: { readonly go: string; readonly stop: string }, events: { readonly go: () => void; readonly stop?: (() => void) | undefined; readonly move?: () => void }) {
    const { root, vault } = this.#options;
    const place = element('div', {});
    const fault = element('output', {});
    const stop = element('button', { type: 'button', id: 'stop' }, labels.stop);
    const panel = element('form', { id: 'question' }, ...head, place, fault, ...(events.stop === undefined ? [] : [stop]), element('button', { id: 'go' }, labels.go));
    const list = element('ul', { id: 'allowed' });
    panel.addEventListener('submit', (event) => {
      event.preventDefault();
      // A script cannot fake it, nor what the browser calls the user's own doing.
      if (event.isTrusted && (navigator as { readonly userActivation?: UserActivation }).userActivation?.isActive !== false) events.go();
    });
    if (events.stop !== undefined) stop.addEventListener('click', events.stop);
    const tell = (error: unknown): void => void (fault.value = error instanceof RegistryError ? error.message : 'This did not work.');
    const form = vault().then((handle) => new VaultForm(handle, () => events.move?.()));
    form.then(({ root: fields }) => place.replaceChildren(fields)).catch(tell);
    this.#list(list).catch(tell);
    root.replaceChildren(panel, list);
    root.hidden = false;
    return {
      panel,
      form,
      tell,
      close: () => {
        form.then((opened) => opened.close()).catch(tell);
        root.replaceChildren();
        root.hidden = true;
      },
    };
  }

  /** What was allowed, with a button for each origin that withdraws it. */
  async #list(list: HTMLElement): Promise<void> {
    const { allowed, withdraw } = this.#options;
    const consents = await allowed();
    const items = [...new Set(consents.map(({ origin }) => origin))].map((origin) => {
      const button = element('button', { type: 'button' }, 'Withdraw');
      const keys = new Set(consents.filter((consent) => consent.origin === origin).map(({ key }) => key));
      button.addEventListener('click', () => {
        withdraw(origin).then(
          () => item.remove(),
          () => (button.textContent = 'This did not work. Again?'),
        );
      });
      const item = element('li', {}, `${origin} may sign with ${[...keys].join(', ')} `, button);
      return item;
    });
    list.replaceChildren(...items);
  }
}
