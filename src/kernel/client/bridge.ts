import { RegistryError } from '../../error.ts';
import { wipeSecrets } from '../border/secrets.ts';
import { reasonOf } from '../border/reason.ts';
import { own } from '../own.ts';
import { readPageQuery, type KernelAuthStatus, type PageQuery } from '../protocol.ts';
import { linkOf, type FrameClient } from './frame-client.ts';
import type { FrameLink } from './frame-link.ts';

/** A page's window, as little of it as the bridge needs. */
export interface BridgeWindow {
  readonly origin: string;
  addEventListener(type: 'message', listener: (event: BridgeMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: BridgeMessage) => void): void;
  postMessage(message: unknown, targetOrigin: string): void;
}

export interface BridgeMessage {
  readonly source: unknown;
  readonly data: unknown;
}

/** What programs take for the bridge of a kernel in a browser extension: its version. */
const BRIDGE_VERSION = 'v0.2.0';

/**
 * Answers a program in this page that was written for a kernel, such as libkernel, in the place of the kernel's browser extension: what it asks is asked of the
 * frame. It has half a second from when the program starts: install it before, with the promise of a frame. Queries wait for that.
 * @param frame what `connectFrame` answered, or resolved with
 * @returns takes the bridge away
 */
export function installBridge(frame: FrameClient | Promise<FrameClient>, page: BridgeWindow = globalThis.window): () => void {
  const link = Promise.resolve(frame).then(linkOf);
  let kernelLoaded = 'not yet';
  const post = (message: object): void => page.postMessage(message, page.origin);
  /** Nobody logs in here. */
  const tellStatus = (): void => post({ method: 'kernelAuthStatus', data: { loginComplete: true, kernelLoaded, logoutComplete: false } } satisfies KernelAuthStatus);
  const loaded = (status: string): void => {
    kernelLoaded = status;
    if (isInstalled) tellStatus();
  };
  let isInstalled = true;
  const follow = async (): Promise<void> => {
    const connected = await link;
    connected.onLog = (data) => post({ method: 'log', data });
    loaded('success');
  };
  follow().catch((error: unknown) => loaded(reasonOf('', error)));

  const relay = (query: PageQuery): void => {
    const { nonce, method, data, sendKernelNonce } = query;
    const refuse = (error: unknown): void => post({ nonce, method: 'response', data: {}, err: reasonOf('', error) });
    link
      .then((connected) => ask(connected, { method, data, sendKernelNonce }, (reply) => post({ nonce, ...reply }), refuse))
      .catch(refuse)
      .finally(() => wipeSecrets(own(query, ['data']).data));
  };
  const onMessage = ({ source, data: message }: BridgeMessage): void => {
    if (source !== page) return;
    const query = readPageQuery(message);
    if (query === undefined) return;
    switch (query.method) {
      case 'kernelBridgeVersion':
        post({ nonce: query.nonce, method: 'response', data: { version: BRIDGE_VERSION }, err: null });
        return tellStatus();
      case 'newKernelQuery': {
        const inner = readPageQuery(query.data);
        if (inner !== undefined) relay({ ...inner, nonce: query.nonce });
        return;
      }
      case 'queryUpdate':
        // By the kernel's nonce, of which nothing is known before the frame is there.
        return void link.then((connected) => connected.update(query.nonce, query.data)).catch(() => {});
    }
  };
  page.addEventListener('message', onMessage);
  return () => {
    isInstalled = false;
    page.removeEventListener('message', onMessage);
  };
}

/** Relays a query and what is answered, word for word. What a window cannot be sent, as a port, is refused. */
function ask(link: FrameLink, query: Omit<PageQuery, 'nonce'>, hear: (reply: object) => void, refuse: (error: RegistryError) => void): void {
  link.ask(query, {
    hear: ({ method, data, err }) => {
      try {
        hear(method === 'response' ? { method, data, err } : { method, data });
      } catch {
        if (method === 'response') refuse(new RegistryError('UNSUPPORTED', 'the answer cannot be handed on'));
      }
    },
    gone: refuse,
  });
}
