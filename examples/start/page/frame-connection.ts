import { BehaviorSubject } from 'rxjs';
import { connectFrame, type FrameClient } from 'secure-registry/kernel';

/** Two clients of one frame: who edits and who watches share nothing else. */
export interface Clients {
  readonly editor: FrameClient;
  readonly watcher: FrameClient;
}

/** For a frame to answer, in milliseconds, before it is loaded anew. */
const PATIENCE = 10_000;
/** Between two attempts, in milliseconds. */
const PAUSE = 1_000;

/** The frame in this page, and clients of it: new ones whenever it was loaded again. */
export class FrameConnection {
  readonly clients$ = new BehaviorSubject<Clients | undefined>(undefined);
  /** Whether it is in sight, and asks the user something. */
  readonly isAsking$ = new BehaviorSubject(false);
  readonly #url: string;
  readonly #iframe: HTMLIFrameElement;
  readonly #onFailure: (error: unknown) => void;
  #isConnecting = false;
  #loads = 0;

  /** @param onFailure told each time that the frame could not be connected to; it is tried again */
  constructor(iframe: HTMLIFrameElement, url: string, onFailure: (error: unknown) => void) {
    this.#url = url;
    this.#iframe = iframe;
    this.#onFailure = onFailure;
    iframe.src = url;
    iframe.addEventListener('load', () => {
      this.#loads++;
      this.lost();
    });
    void this.#connect();
  }

  /** To be called by whoever finds that a client is gone, too: a frame that crashed is not loaded again. */
  lost(): void {
    if (this.#isConnecting) return;
    const gone = this.clients$.value;
    this.clients$.next(undefined);
    if (gone !== undefined) close(gone.editor, gone.watcher);
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#isConnecting = true;
    while (this.clients$.value === undefined) {
      let editor: FrameClient | undefined;
      try {
        editor = await connectFrame({ iframe: this.#iframe, deadline: PATIENCE, onView: (size) => this.#show(size) });
        const loads = this.#loads;
        const watcher = await connectFrame({ iframe: this.#iframe, deadline: PATIENCE });
        // The editor's end would be of another document.
        if (loads === this.#loads) this.clients$.next({ editor, watcher });
        else close(editor, watcher);
      } catch (error) {
        if (editor !== undefined) close(editor);
        this.#onFailure(error);
        await new Promise((resolve) => void setTimeout(resolve, PAUSE));
        this.#iframe.src = this.#url;
      }
    }
    this.#isConnecting = false;
  }

  /** Above all else, while it asks the user something: then the keyboard is the frame's, and the tour's, which can be stopped. */
  #show(size: { readonly width: number; readonly height: number } | undefined): void {
    const isShown = size !== undefined;
    this.#iframe.classList.toggle('shown', isShown);
    for (const behind of document.querySelectorAll<HTMLElement>('header, .columns > *')) behind.inert = isShown;
    if (isShown) {
      this.#iframe.width = String(size.width);
      this.#iframe.height = String(size.height);
      this.#iframe.focus();
    }
    this.isAsking$.next(isShown);
  }
}

/** A frame that is gone does not hear of it. */
function close(...clients: readonly FrameClient[]): void {
  for (const client of clients) client.close().catch(() => {});
}
