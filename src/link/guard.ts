import type { Endpoint } from 'comlink';
import { RegistryError, toWire } from '../error.ts';
import type { Port, PortEvent } from './port.ts';
import type { Answer } from './service.ts';

/**
 * An endpoint that lets nothing reach Comlink but calls of `methods` and the release. Comlink walks any path a peer names,
 * `constructor` included, which is as good as `eval`; deserialises arguments outside its `try`; and closes only what is literally a MessagePort.
 * What is refused gets an error as its answer. A message without an id has nobody waiting for one, and never reaches Comlink.
 *
 * @param unaddressed is given what has no id
 */
export function guardedEndpoint(port: Port, methods: ReadonlySet<string>, released: () => void, unaddressed: (data: unknown) => void): Endpoint {
  const filters = new Map<unknown, (event: PortEvent) => void>();
  const answer = (id: string, error: RegistryError): void => {
    port.postMessage({ id, type: 'RAW', value: { error: toWire(error) } satisfies Answer });
  };
  return {
    postMessage(message: { id: string }, transfer) {
      try {
        port.postMessage(message, transfer);
      } catch (error) {
        answer(message.id, new RegistryError('UNSUPPORTED', 'the answer cannot cross a thread', { cause: error }));
      }
    },
    addEventListener(_type, listener) {
      const receive = listener as unknown as (event: PortEvent) => void;
      const filter = ({ data }: PortEvent): void => {
        const request = readRequest(data, methods);
        if (request === undefined) return unaddressed(data);
        if (request.refused) answer(request.id, request.refused);
        else receive({ type: 'message', data: request.message });
      };
      filters.set(listener, filter);
      port.addEventListener('message', filter);
    },
    removeEventListener(_type, listener) {
      const filter = filters.get(listener);
      if (filter) port.removeEventListener('message', filter);
      released();
    },
    start: () => port.start(),
  };
}

type Read = { readonly id: string; readonly refused?: undefined; readonly message: object } | { readonly id: string; readonly refused: RegistryError };

/** Builds anew the message that Comlink will see: only what was looked at passes. */
function readRequest(data: unknown, methods: ReadonlySet<string>): Read | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { id, type, path, argumentList } = data as Record<string, unknown>;
  if (typeof id !== 'string') return undefined;
  if (type === 'RELEASE') return { id, message: { id, type } };
  if (type !== 'APPLY') return { id, refused: new RegistryError('FORBIDDEN', 'only calls are served on this port') };
  const name: unknown = Array.isArray(path) && path.length === 1 ? path[0] : undefined;
  if (typeof name !== 'string') return { id, refused: new RegistryError('FORBIDDEN', 'a call names one method') };
  if (!methods.has(name)) return { id, refused: unknownMethod(name) };
  if (!Array.isArray(argumentList) || !argumentList.every(isRaw)) return { id, refused: new RegistryError('FORBIDDEN', 'arguments are plain values') };
  return { id, message: { id, type, path: [name], argumentList } };
}

/** Whatever functions inherit is no misspelt name but an attempt. */
const unknownMethod = (name: string): RegistryError =>
  name in Function.prototype
    ? new RegistryError('FORBIDDEN', 'only own methods are served on this port')
    : new RegistryError('UNSUPPORTED', 'this port serves no method of that name', { hint: 'Are both sides of one version?' });

/** Comlink's other kind of argument makes the receiver run a transfer handler of the sender's choice. */
const isRaw = (argument: unknown): boolean => typeof argument === 'object' && argument !== null && (argument as { type?: unknown }).type === 'RAW';
