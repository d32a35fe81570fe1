import { aborted, invalidInput, timedOut, type RegistryError } from '../../error.ts';
import { realClock } from '../../world.ts';
import { own } from '../own.ts';
import { frameClient, type FrameClient } from './frame-client.ts';
import { FrameLink, frameGone, type FrameNews } from './frame-link.ts';
import { errorOf } from './module-call.ts';
import { ownFrame, showIn } from './own-frame.ts';

export type ConnectFrameOptions = (
  | { /** Of the frame's page. A frame of it is put into this page, out of sight. */ readonly url: string | URL }
  | { /** A frame that stands in this page. */ readonly iframe: HTMLIFrameElement }
) & {
  /** Shows the frame this large, in CSS pixels, while it asks the user something, and puts it out of sight again. Default: in the middle of the page, above all else. */
  readonly onView?: FrameNews['view'] | undefined;
  /** For the handshake, in milliseconds. Default 30,000. */
  readonly deadline?: number | undefined;
  /** Of the handshake. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Connects this page to a runtime in a frame.
 * @throws RegistryError `INVALID_INPUT`; `TIMEOUT` where the frame does not answer, as to a page whose origin it does not list; `ABORTED`; whatever kept the runtime
 * from starting
 */
export async function connectFrame(options: ConnectFrameOptions): Promise<FrameClient> {
  const { deadline = 30_000, signal } = options;
  if (signal?.aborted === true) throw aborted(signal.reason);
  const isOwn = 'url' in options;
  const origin = originOf(isOwn ? options.url : options.iframe.src);
  const iframe = isOwn ? ownFrame(options.url) : options.iframe;
  const leave = (): void => {
    if (isOwn) iframe.remove();
  };
  let port: MessagePort;
  try {
    port = await handshake(iframe, origin, deadline, signal);
  } catch (error) {
    leave();
    throw error;
  }
  const link = new FrameLink(port, realClock, { view: options.onView ?? ((size) => showIn(iframe, size)) });
  // Another document stands there now.
  const onLoad = (): void => link.fail(frameGone());
  iframe.addEventListener('load', onLoad);
  // Of a frame that is taken out the port need not be told closed. Where it is taken out with what it stands in, its silence tells.
  const removal = new MutationObserver(() => {
    if (!iframe.isConnected) link.fail(frameGone());
  });
  if (iframe.parentNode !== null) removal.observe(iframe.parentNode, { childList: true });
  link.onEnd = () => {
    iframe.removeEventListener('load', onLoad);
    removal.disconnect();
    leave();
  };
  return frameClient(link, realClock);
}

function originOf(url: string | URL): string {
  const origin = URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).origin : 'null';
  if (!/^https?:/.test(origin)) throw invalidInput('options', 'the url of a frame, or an iframe with a src, of http: or https:');
  return origin;
}

/**
 * Sends the frame a port, which nobody of another origin can receive, until it answers over it: now, if a document may stand there already, when one was loaded, and when it says that
 * it has started.
 */
function handshake(iframe: HTMLIFrameElement, origin: string, deadline: number, signal: AbortSignal | undefined): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    let near: MessagePort | undefined;
    const over = new AbortController();
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      over.abort();
      finish();
    };
    const fail = (error: RegistryError): void =>
      settle(() => {
        near?.close();
        reject(error);
      });
    const onAbort = (): void => fail(aborted(signal?.reason));
    const onMessage = ({ source, origin: from, data }: MessageEvent<unknown>): void => {
      if (source === iframe.contentWindow && from === origin && own(data, ['method']).method === 'kernelAuthStatus') knock();
    };
    const knock = (): void => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none
      near?.postMessage({ method: 'close' });
      near?.close();
      const { port1, port2 } = new MessageChannel();
      near = port1;
      const onAnswer = ({ data }: MessageEvent<unknown>): void => {
        const { method, err } = own(data, ['method', 'err']);
        if (method !== 'response') return;
        if (err === null) settle(() => resolve(port1));
        else fail(errorOf(err));
      };
      port1.addEventListener('message', onAnswer, over);
      port1.start();
      iframe.contentWindow?.postMessage({ method: 'connectFrame', nonce: 0 }, origin, [port2]);
    };
    const timer = setTimeout(() => fail(timedOut(deadline)), deadline);
    signal?.addEventListener('abort', onAbort, over);
    globalThis.addEventListener('message', onMessage, over);
    iframe.addEventListener('load', knock, over);
    // The empty document that stands there first is of this page's origin, and can be looked at.
    if (iframe.contentDocument === null) knock();
  });
}
