import { element, show } from './element.ts';
import { explained } from './explained.ts';
import { Pace } from './pace.ts';
import type { Step } from './story.ts';

/** For what is said to be read, in milliseconds: before something happens, and after. All eight steps take less than a minute, and then as long as the user takes to answer. */
const BEFORE = 2_600;
const AFTER = 3_900;

export interface TourOptions {
  /** @param signal aborts when the tour is stopped */
  readonly story: (signal: AbortSignal) => readonly Step[];
  /** Called when it is over, be it that somebody stopped it: has all portals behave, whoever told them not to. */
  readonly onEnd: () => Promise<void>;
}

/** Plays the story by itself, with captions; it can be paused, hurried and stopped. */
export class Tour {
  readonly #options: TourOptions;
  readonly #start = element('tour-start', HTMLButtonElement);
  readonly #pause = element('tour-pause', HTMLButtonElement);
  readonly #next = element('tour-next', HTMLButtonElement);
  readonly #stop = element('tour-stop', HTMLButtonElement);
  readonly #caption = element('caption');
  readonly #progress = element('tour-progress');
  #playing: { readonly pace: Pace; readonly stopping: AbortController } | undefined;
  /** Whether it waits for what the user says. */
  #isUsers = false;

  constructor(options: TourOptions) {
    this.#options = options;
  }

  /** From now on the buttons do what they say. */
  offer(): void {
    this.#start.addEventListener('click', () => void this.#play());
    this.#pause.addEventListener('click', () => this.#togglePause());
    this.#next.addEventListener('click', () => this.#playing?.pace.skip());
    this.#stop.addEventListener('click', () => this.#playing?.stopping.abort());
    this.#showControls();
  }

  async #play(): Promise<void> {
    if (this.#playing !== undefined) return;
    const stopping = new AbortController();
    const pace = new Pace(stopping.signal);
    this.#playing = { pace, stopping };
    this.#showControls();
    this.#next.focus();
    try {
      await this.#tell(this.#options.story(stopping.signal), pace);
    } catch (error) {
      show(this.#caption, stopping.signal.aborted ? 'The tour was stopped. All portals are told to behave again.' : `The tour cannot go on. ${explained(error)}`);
    }
    show(this.#progress, '');
    await this.#options.onEnd();
    this.#playing = undefined;
    const hadFocus = element('tour').contains(document.activeElement);
    this.#showControls();
    if (hadFocus) this.#start.focus();
  }

  async #tell(steps: readonly Step[], pace: Pace): Promise<void> {
    for (const [i, step] of steps.entries()) {
      show(this.#progress, `Step ${i + 1} of ${steps.length}`);
      show(this.#caption, step.before());
      await pace.wait(BEFORE);
      show(this.#caption, await step.act());
      if (step.end === undefined) await pace.wait(AFTER);
      else show(this.#caption, await this.#ended(step.end()));
    }
  }

  /** Of what the user ends there is nothing to hurry, or to pause. */
  async #ended(end: Promise<string>): Promise<string> {
    this.#isUsers = true;
    this.#showControls();
    try {
      return await end;
    } finally {
      this.#isUsers = false;
    }
  }

  #togglePause(): void {
    const pace = this.#playing?.pace;
    if (pace?.isPaused === true) pace.resume();
    else pace?.pause();
    this.#showControls();
  }

  #showControls(): void {
    const isPlaying = this.#playing !== undefined;
    this.#start.hidden = isPlaying;
    this.#stop.hidden = !isPlaying;
    for (const button of [this.#pause, this.#next]) button.hidden = !isPlaying || this.#isUsers;
    show(this.#pause, this.#playing?.pace.isPaused === true ? 'Go on' : 'Pause');
  }
}
