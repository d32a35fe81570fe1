import { toWire } from '../../src/error.ts';
import type { Outlet, Peer, Scheduler } from '../../src/link/index.ts';
import type { PortalCommand, PortalService } from '../portal/service.ts';
import type { PortalSide } from './world.ts';

/** The portal actor as it is asked. What is said while there is none is said again when there is ({@link Rows.renew}). */
export class RemotePortal implements PortalSide {
  readonly #scheduler: Scheduler;
  #connection: Peer<PortalService> | undefined;
  #commands: Outlet<PortalCommand> | undefined;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** @param connection to the portal actor, or to the one that took its place */
  connect(connection: Peer<PortalService>): void {
    this.#connection?.close(); // a browser does not say that the other side of a port is gone
    this.#connection = connection;
    this.#commands = connection.pipe('commands', this.#scheduler);
  }

  readonly want: PortalSide['want'] = (name) => this.#commands?.push({ kind: 'want', name });
  readonly unwant: PortalSide['unwant'] = (name) => this.#commands?.push({ kind: 'unwant', name });
  readonly ask: PortalSide['ask'] = (inquiry, name, only, isNew) => this.#commands?.push({ kind: 'ask', inquiry, name, only, isNew });
  readonly goOn: PortalSide['goOn'] = (inquiry) => this.#commands?.push({ kind: 'go on', inquiry });
  readonly settle: PortalSide['settle'] = (inquiry) => this.#commands?.push({ kind: 'settle', inquiry });

  readonly tell: PortalSide['tell'] = (word) => this.#commands?.push(word);

  readonly post: PortalSide['post'] = async (url, entry, replaces) => {
    try {
      if (this.#connection === undefined) throw new Error('there is no portal actor yet');
      return await this.#connection.call('post', { url, entry, replaces }, { deadline: Infinity });
    } catch (error) {
      return { kind: 'failed', error: toWire(error) };
    }
  };
}
