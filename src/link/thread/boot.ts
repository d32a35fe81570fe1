import { RegistryError } from '../../error.ts';
import { hostActor, type AnyActorDefinition, type AnyActorMaker } from '../actor/index.ts';
import { bootThread, type BootOptions } from './boot-thread.ts';

/**
 * Makes this worker host an actor for whoever spawned it: all that a worker file needs. Given several by name, it hosts the one it is spawned as,
 * so that one file can play every part; what a name says after a dot tells several in one part apart (`verifier.1`).
 */
export function bootActor(parts: AnyActorMaker | AnyActorDefinition | Readonly<Record<string, AnyActorMaker>>, options: BootOptions = {}): void {
  bootThread((boot) => {
    const { definition, input } = makerOf(parts, boot.name)(boot.input as never);
    hostActor(definition, { port: boot.port, name: boot.name, input: input as never });
  }, options);
}

function makerOf(parts: Parameters<typeof bootActor>[0], name: string): AnyActorMaker {
  if (typeof parts === 'function') return parts;
  if (isDefinition(parts)) return (input) => ({ definition: parts, input });
  const part = name.split('.', 1)[0] ?? name;
  const maker = Object.hasOwn(parts, part) ? parts[part] : undefined;
  if (maker === undefined) throw new RegistryError('UNSUPPORTED', 'this worker hosts no actor of that name');
  return maker;
}

const isDefinition = (parts: object): parts is AnyActorDefinition => 'logic' in parts && typeof parts.logic !== 'function';
