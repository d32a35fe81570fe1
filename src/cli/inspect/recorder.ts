import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { RecordingWriter } from '../../inspect/recording.ts';
import { RegistryError } from '../../error.ts';
import type { Report } from '../../inspect.ts';

/** Writes what one runtime reports into a file of its own, that others may not read: it tells which entries somebody wants. */
export class Recorder {
  readonly path: string;
  readonly #writer = new RecordingWriter(Date.now());
  readonly #stream: WriteStream;
  #failure: RegistryError | undefined;
  #draining: Promise<void> | undefined;

  private constructor(path: string, stream: WriteStream) {
    this.path = path;
    this.#stream = stream;
    stream.on('error', (cause) => {
      this.#failure = new RegistryError('STORAGE', `${path} could not be written to its end`, { cause });
    });
    stream.write(`${this.#writer.header}\n`);
  }

  /** @throws RegistryError `STORAGE` where the file is there already, or cannot be written */
  static async open(path: string): Promise<Recorder> {
    const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    try {
      await once(stream, 'open');
    } catch (cause) {
      const isThere = (cause as { readonly code?: unknown }).code === 'EEXIST';
      throw new RegistryError('STORAGE', isThere ? `${path} is there already` : `${path} cannot be written`, { hint: isThere ? 'name another file, or remove it' : 'see whether its folder is there, and may be written', cause });
    }
    return new Recorder(path, stream);
  }

  /** @returns false where no more should come until {@link drained} */
  write(report: Report): boolean {
    return this.#failure === undefined && this.#stream.write(`${this.#writer.lineOf(report)}\n`);
  }

  /** @throws RegistryError `STORAGE` where no more can be written */
  drained(): Promise<void> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#stream.writableNeedDrain && this.#failure === undefined) await once(this.#stream, 'drain').catch(() => {}); // noted above
    this.#draining = undefined;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** @throws RegistryError `STORAGE` where not all could be written */
  async close(): Promise<void> {
    this.#stream.end();
    if (!this.#stream.closed) await once(this.#stream, 'close');
    if (this.#failure !== undefined) throw this.#failure;
  }
}
