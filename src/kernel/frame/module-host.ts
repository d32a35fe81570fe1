import type { Transfer } from '../../link/port.ts';
import type { ModuleToKernel, Query, QueryUpdate } from '../protocol.ts';
import type { ListedOrigin } from './listed-origin.ts';

/** For whom a module runs, and how it answers. */
export interface ModulePage {
  readonly origin: ListedOrigin;
  /** Throws what cannot be cloned. What is no answer to an open query is not passed on. */
  readonly post: (message: ModuleToKernel, transfer?: Transfer[]) => void;
  /** Asks the page to show the frame, this large in CSS pixels, or not any more. */
  readonly show: (size: FrameSize | undefined) => void;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** A module that runs for one session, with a kernel's messages as a worker of a kernel would get them. */
export interface HostedModule {
  /** The message belongs to the kernel, which overwrites its secrets once this returns. */
  take(message: Query | QueryUpdate): void;
  /** Nobody waits for any answer any more. */
  end(): void;
}

/** Runs modules. A frame has one for the registry; what loads others by their links would be another. */
export interface ModuleHost {
  /** The module of this link; undefined if it is none of those that this runs. */
  open(link: string, page: ModulePage): HostedModule | undefined;
}
