import { RegistryError } from '../error.ts';
import type { Arguments, CallOptions } from './caller.ts';
import type { Scheduler } from './inline.ts';
import type { Peer } from './peer.ts';
import { Pipe } from './pipe/index.ts';
import type { CallContext, Calls, Input, Item, Output, Pipes, Service } from './service.ts';

/**
 * A service in the same thread, called without a port: nothing is cloned, guarded or watched over, so both sides have to be parts of one program that
 * live and die together. Calls begin, and pipes deliver, when the present turn is over, as through a port; a call has no deadline of its own.
 */
export function directPeer<S extends Service>(service: S, scheduler: Scheduler): Peer<S> {
  const pipes = new Set<Pipe<never>>();
  let end: ((reason: RegistryError) => void) | undefined;
  const gone = new Promise<RegistryError>((resolve) => (end = resolve));
  return {
    gone,
    async call<K extends keyof Calls<S> & string>(name: K, ...[input, { signal = NEVER } = {}]: Arguments<Input<Calls<S>[K]>, CallOptions>): Promise<Output<Calls<S>[K]>> {
      await nextTurn(scheduler);
      const context: CallContext = { signal, transfer() {} };
      const call = service.calls?.[name] as (input: unknown, context: CallContext) => Output<Calls<S>[K]> | Promise<Output<Calls<S>[K]>>;
      return call(input, context);
    },
    pipe<K extends keyof Pipes<S> & string>(name: K, by: Scheduler, onLength: (waiting: number) => void = () => {}): Pipe<Item<Pipes<S>[K]>> {
      const take = service.pipes?.[name] as (items: readonly unknown[]) => unknown;
      const deliver = async (items: readonly unknown[], asks: boolean): Promise<void> => {
        try {
          await take(items);
        } finally {
          if (asks) pipe.taken();
        }
      };
      // What it could not take in is lost, as it is behind a port.
      const pipe = new Pipe<Item<Pipes<S>[K]>>(name, ({ items, asks }) => void deliver(items, asks).catch(() => {}), by, onLength);
      pipes.add(pipe as Pipe<never>);
      return pipe;
    },
    close() {
      for (const pipe of pipes) pipe.end();
      end?.(new RegistryError('CLOSED', 'this connection was closed'));
    },
  };
}

const NEVER = new AbortController().signal;

const nextTurn = (scheduler: Scheduler): Promise<void> => new Promise((resolve) => void scheduler.setTimeout(resolve, 0));
