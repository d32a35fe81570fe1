import type { AnyActorRef } from 'xstate';

interface Registry {
  _register: (this: void, sessionId: string, ref: AnyActorRef) => string;
  _unregister: (this: void, ref: AnyActorRef) => void;
}

/**
 * The living actors of one system, oldest first. XState registers an actor when it starts and unregisters it when it ends, and keeps the list to
 * itself; an inspector would tell as well, but costs every event half its speed.
 */
export class Family {
  readonly #living = new Set<AnyActorRef>();

  /** @param root not started yet: what was started before is not seen */
  constructor(root: AnyActorRef) {
    const system = root.system as unknown as Registry;
    const { _register: register, _unregister: unregister } = system;
    system._register = (sessionId, ref) => {
      this.#living.add(ref);
      return register(sessionId, ref);
    };
    system._unregister = (ref) => {
      this.#living.delete(ref);
      unregister(ref);
    };
  }

  get living(): Iterable<AnyActorRef> {
    return this.#living;
  }

  /**
   * Stops whoever is left once the root has ended: it stops none of its children when it died by a throw, and never those it made by
   * `createActor(logic, { parent })`. The public `stop` refuses children.
   */
  stop(): void {
    for (const ref of this.#living) (ref as unknown as { _stop(): void })._stop();
  }
}
