import { Observable } from 'rxjs';
import type { RegistryError } from '../error.ts';
import { Caller, type Arguments, type ConnectOptions } from './caller.ts';
import type { Port } from './port.ts';
import type { Input, Service, Streamed, Streams } from './service.ts';
import { readStream } from './stream/index.ts';

export interface StreamOptions {
  /** Called once the service has subscribed the source: nothing that happens from now on is missed. */
  readonly opened?: (() => void) | undefined;
  readonly deadline?: number | undefined;
}

/** A caller that reads the service's streams, too. */
export class Connection<S extends Service> extends Caller<S> {
  /** A stream of the service. Each subscription opens one of its own; unsubscribing ends it at the source. Errors as {@link call} does; completes
   * where it is we who close the connection. */
  stream<K extends keyof Streams<S> & string>(name: K, ...[input, options = {}]: Arguments<Input<Streams<S>[K]>, StreamOptions>): Observable<Streamed<Streams<S>[K]>> {
    return new Observable((subscriber) => {
      const fail = (error: unknown): void => subscriber.error(error);
      const end = (reason: RegistryError): void => (reason.code === 'CLOSED' ? subscriber.complete() : fail(reason));
      const [port, opened, close] = this.openStream(name, input, options.deadline, end);
      const stop = readStream(port, subscriber);
      opened.then(() => options.opened?.(), fail);
      return () => {
        close();
        stop();
      };
    });
  }
}

/** Connects to the service at the other end of `port`: `connect<typeof service>(port)`. */
export const connect = <S extends Service>(port: Port, options?: ConnectOptions): Connection<S> => new Connection<S>(port, options);
