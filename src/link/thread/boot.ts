import { onBoot } from '#threads';
import { RegistryError, toWire } from '../../error.ts';
import { hostActor, type AnyActorDefinition, type AnyActorMaker } from '../actor/index.ts';
import { linkVersion, otherVersion, type Boot, type Greeting } from './greeting.ts';

export interface BootOptions {
  /** What the spawner must give too. */
  readonly version?: string | undefined;
}

/**
 * Makes this worker host an actor for whoever spawned it: all that a worker file needs. Given several by name, it hosts the one it is spawned as,
 * so that one file can play every part; what a name says after a dot tells several in one part apart (`verifier.1`).
 */
export function bootActor(parts: AnyActorMaker | AnyActorDefinition | Readonly<Record<string, AnyActorMaker>>, options: BootOptions = {}): void {
  const version = linkVersion(options.version);
  onBoot((data, locked): Greeting => {
    try {
      const boot = readBoot(data);
      if (boot.version !== version) throw otherVersion(version, boot.version);
      const { definition, input } = makerOf(parts, boot.name)(boot.input as never);
      hostActor(definition, { port: boot.port, name: boot.name, input: input as never });
      return { version, locked };
    } catch (error) {
      return { version, locked, error: toWire(error) };
    }
  });
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

function readBoot(data: unknown): Boot {
  const boot = (typeof data === 'object' && data !== null ? data : {}) as Boot;
  if (typeof boot.version !== 'string' || typeof boot.name !== 'string') throw new RegistryError('UNSUPPORTED', 'the first message was no boot message');
  return boot;
}
