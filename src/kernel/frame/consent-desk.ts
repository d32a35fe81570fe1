import { createActor } from 'xstate';
import { Allowance } from '../../../actors/allowance.ts';
import type { SigningPurpose } from '../../../actors/vault/service.ts';
import { consentMachine, type ConsentAnswer } from '../../../machines/consent.ts';
import { aborted, invalidInput, RegistryError } from '../../error.ts';
import type { VaultHandle } from '../../runtime.ts';
import type { Clock } from '../../world.ts';
import type { Consent, ConsentStore } from './consent-store.ts';
import type { FrameSize, ModulePage } from './module-host.ts';
import type { AskConsent, SigningRequest } from './runtime-calls.ts';

/** What the user is asked. */
export interface Question {
  readonly origin: string;
  readonly keys: readonly string[];
  readonly purposes: readonly SigningPurpose[];
}

/** What the view tells of a question that it shows. */
export interface QuestionEvents {
  /** The whole of it is in sight and uncovered, or not any more. */
  readonly sight: (isShown: boolean) => void;
  /** By a click that the browser vouches for. */
  readonly allow: () => void;
  readonly deny: () => void;
}

/** A question that is shown. */
export interface ShownQuestion {
  /** Opens the vault with what the user typed, if it has to be. @throws RegistryError of the vault */
  openVault(signal: AbortSignal): Promise<void>;
  /** Says why that did not do, and tells anew whether the question is in sight. */
  failed(error: unknown): void;
  close(): void;
}

/** Where the user is asked, and sees what was allowed. */
export interface ConsentView {
  readonly size: FrameSize;
  ask(question: Question, events: QuestionEvents): ShownQuestion;
  /** Shows the vault and what was allowed, until the user has seen enough; what is returned ends it. */
  manage(done: () => void): () => void;
}

export interface ConsentDeskOptions {
  readonly vault: Promise<Pick<VaultHandle, 'grant' | 'revoke'>>;
  readonly store: ConsentStore;
  readonly view: ConsentView;
  readonly clock: Clock;
}

/** How long a question has to be in sight before a click counts, and how long the user may take, in milliseconds. */
const STEADY = 500;
const PATIENCE = 120_000;
/** How long an origin that was denied may not ask again: what comes back at once is answered to be rid of it. */
const DENIAL_PAUSE = 30_000;
/** How often an origin may show the vault, which the user may not want to see again: so often at once, and a second. */
const SHOWINGS = 3;
const SHOWINGS_PER_SECOND = 0.1;

const PURPOSES: readonly unknown[] = ['registry-entry', 'message', 'extrinsic'] satisfies SigningPurpose[];

const REFUSALS: Readonly<Record<Exclude<ConsentAnswer, 'granted'>, () => RegistryError>> = {
  denied: () => new RegistryError('FORBIDDEN', 'the user does not allow it'),
  withdrawn: () => aborted(),
  expired: () => new RegistryError('TIMEOUT', 'the user did not say'),
};

/** Where pages' wishes for the vault come in: asks the user about one at a time, remembers what was allowed, and grants ports for that alone. */
export class ConsentDesk {
  readonly #options: ConsentDeskOptions;
  /** Until when each origin may not ask, since it was denied. */
  readonly #denied = new Map<string, number>();
  /** How often each origin may show the vault. */
  readonly #showings = new Map<string, Allowance>();
  /** Whose question is shown, or waits to be. */
  readonly #asking = new Set<string>();
  /** Settles when the view is free. Never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConsentDeskOptions) {
    this.#options = options;
  }

  readonly ask: AskConsent = async ({ page, keys, purposes, signal }: SigningRequest): Promise<MessagePort> => {
    const question: Question = { origin: page.origin.origin, keys, purposes: takePurposes(purposes) };
    if (await this.#isAllowed(question)) return this.#grant(question);
    if (this.#options.clock.now() < (this.#denied.get(question.origin) ?? 0)) throw new RegistryError('FORBIDDEN', 'the user has just denied it');
    return this.#inTurn(page, question.origin, signal, () => this.#put(page, question, signal));
  };

  /** Shows the page's user the vault, and what was allowed: also right after the user has denied something. */
  async manage(page: ModulePage, signal: AbortSignal): Promise<void> {
    const { view, clock } = this.#options;
    const { origin } = page.origin;
    const showings = this.#showings.get(origin) ?? new Allowance(clock, SHOWINGS_PER_SECOND, SHOWINGS);
    this.#showings.set(origin, showings);
    // What is refused for a question that is open shows nothing, and counts for nothing.
    if (!this.#asking.has(origin) && !showings.take()) throw new RegistryError('THROTTLED', 'the user has seen the vault often enough for now');
    const managed = (): Promise<void> => new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        close();
        resolve();
      };
      const close = view.manage(end);
      signal.addEventListener('abort', end);
    });
    return this.#inTurn(page, origin, signal, managed);
  }

  /** Withdraws all that an origin was allowed; what signs for it now signs no more. */
  async withdraw(origin: string): Promise<void> {
    await this.#options.store.remove(origin);
    await (await this.#options.vault).revoke({ caller: origin });
  }

  /** One question at a time, of an origin only one that waits. */
  async #inTurn<T>(page: ModulePage, origin: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    if (this.#asking.has(origin)) throw new RegistryError('THROTTLED', 'a question of this origin is open');
    this.#asking.add(origin);
    const before = this.#turn;
    const mine = (async () => {
      await before;
      if (signal.aborted) throw aborted(signal.reason);
      page.show(this.#options.view.size);
      try {
        return await act();
      } finally {
        page.show(undefined);
      }
    })();
    this.#turn = mine.then(
      () => this.#asking.delete(origin),
      () => this.#asking.delete(origin),
    );
    return mine;
  }

  /** Puts a question to the user, and acts on the answer. */
  #put(page: ModulePage, question: Question, signal: AbortSignal): Promise<MessagePort> {
    const { view, clock } = this.#options;
    return new Promise((resolve, reject) => {
      const actor = createActor(consentMachine, { clock, input: { steady: STEADY, patience: PATIENCE } });
      const opening = new AbortController();
      let port: MessagePort | undefined;
      const shown = view.ask(question, {
        sight: (isShown) => actor.send({ type: isShown ? 'SHOWN' : 'HIDDEN' }),
        allow: () => actor.send({ type: 'ALLOW' }),
        deny: () => actor.send({ type: 'DENY' }),
      });
      const withdraw = (): void => actor.send({ type: 'WITHDRAWN' });
      const open = async (): Promise<void> => {
        try {
          await shown.openVault(opening.signal);
          port = await this.#grant(question);
          if (opening.signal.aborted) return port.close();
          actor.send({ type: 'OPENED' });
        } catch (error) {
          if (opening.signal.aborted) return;
          actor.send({ type: 'FAILED' });
          shown.failed(error);
        }
      };
      actor.on('OPEN', () => void open());
      actor.on('ANSWERED', ({ answer }) => {
        signal.removeEventListener('abort', withdraw);
        shown.close();
        if (answer === 'granted' && port !== undefined) return resolve(this.#keep(port, question, signal));
        opening.abort();
        port?.close();
        if (answer === 'denied') this.#denied.set(page.origin.origin, clock.now() + DENIAL_PAUSE);
        reject(REFUSALS[answer === 'granted' ? 'expired' : answer]());
      });
      signal.addEventListener('abort', withdraw);
      actor.start();
    });
  }

  /** Remembers what the user allowed: not before it is certain that the user does, and before the page has the port, so that nothing signs that the user cannot see, and withdraw. */
  async #keep(port: MessagePort, question: Question, signal: AbortSignal): Promise<MessagePort> {
    try {
      await this.#options.store.add(consentsOf(question));
      if (signal.aborted) throw aborted(signal.reason);
      return port;
    } catch (error) {
      port.close();
      throw error;
    }
  }

  async #isAllowed(question: Question): Promise<boolean> {
    const known = await this.#options.store.list();
    return consentsOf(question).every(({ origin, key, purpose }) => known.some((consent) => consent.origin === origin && consent.key === key && consent.purpose === purpose));
  }

  async #grant({ origin, keys, purposes }: Question): Promise<MessagePort> {
    return (await this.#options.vault).grant({ caller: origin, keys, purposes });
  }
}

const consentsOf = ({ origin, keys, purposes }: Question): readonly Consent[] => keys.flatMap((key) => purposes.map((purpose) => ({ origin, key, purpose })));

/** To unlock is none that a page may have: passwords are typed in the frame. */
function takePurposes(purposes: readonly unknown[]): readonly SigningPurpose[] {
  if (!purposes.every((purpose): purpose is SigningPurpose => PURPOSES.includes(purpose))) throw invalidInput('purposes', `of ${PURPOSES.join(', ')}`);
  return purposes;
}
