import { onBoot } from '#threads';
import { RegistryError, toWire } from '../../error.ts';
import { linkVersion, otherVersion, type Boot, type Greeting } from './greeting.ts';

export interface BootOptions {
  /** What the spawner must give too. */
  readonly version?: string | undefined;
}

/** Greets whoever started this worker, once `start` has begun what it is for. What `start` throws is told there, and nothing begins. */
export function bootThread(start: (boot: Boot) => void, options: BootOptions = {}): void {
  const version = linkVersion(options.version);
  onBoot((data, locked): Greeting => {
    try {
      const boot = readBoot(data);
      if (boot.version !== version) throw otherVersion(version, boot.version);
      start(boot);
      return { version, locked };
    } catch (error) {
      return { version, locked, error: toWire(error) };
    }
  });
}

function readBoot(data: unknown): Boot {
  const boot = (typeof data === 'object' && data !== null ? data : {}) as Boot;
  if (typeof boot.version !== 'string' || typeof boot.name !== 'string') throw new RegistryError('UNSUPPORTED', 'the first message was no boot message');
  return boot;
}
