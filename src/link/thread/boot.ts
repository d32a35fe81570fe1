import { onBoot } from '#threads';
import { RegistryError, toWire } from '../../error.ts';
import { hostActor, type AnyActorDefinition } from '../actor/index.ts';
import { linkVersion, otherVersion, type Boot, type Greeting } from './greeting.ts';

export interface BootOptions {
  /** What the spawner must give too. */
  readonly version?: string | undefined;
}

/**
 * Makes this worker host an actor for whoever spawned it: all that a worker file needs. Given several definitions it hosts the one of the name it is
 * spawned under, so that one file can play every part.
 */
export function bootActor(definitions: AnyActorDefinition | readonly AnyActorDefinition[], options: BootOptions = {}): void {
  const version = linkVersion(options.version);
  onBoot((data, locked): Greeting => {
    try {
      const boot = readBoot(data);
      if (boot.version !== version) throw otherVersion(version, boot.version);
      hostActor(choose(definitions, boot.name), { port: boot.port, name: boot.name, input: boot.input as never });
      return { version, locked };
    } catch (error) {
      return { version, locked, error: toWire(error) };
    }
  });
}

function choose(definitions: AnyActorDefinition | readonly AnyActorDefinition[], name: string): AnyActorDefinition {
  if ('logic' in definitions) return definitions;
  const chosen = definitions.find((definition) => definition.name === name);
  if (chosen === undefined) throw new RegistryError('UNSUPPORTED', 'this worker hosts no actor of that name');
  return chosen;
}

function readBoot(data: unknown): Boot {
  const boot = (typeof data === 'object' && data !== null ? data : {}) as Boot;
  if (typeof boot.version !== 'string' || typeof boot.name !== 'string') throw new RegistryError('UNSUPPORTED', 'the first message was no boot message');
  return boot;
}
