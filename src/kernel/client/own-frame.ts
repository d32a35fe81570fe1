/** Out of sight, and yet rendered: what is not displayed at all may be put to sleep. */
const HIDDEN = 'position:fixed;width:0;height:0;border:0;visibility:hidden';

/** Puts a frame into the page. */
export function ownFrame(url: string | URL): HTMLIFrameElement {
  const iframe = document.createElement('iframe');
  iframe.src = String(url);
  iframe.title = 'secure-registry';
  iframe.referrerPolicy = 'origin';
  iframe.style.cssText = HIDDEN;
  // Before the page has a body it may want to be connected already.
  (document.body ?? document.documentElement).append(iframe);
  return iframe;
}

/** The width and height that a frame asks for, within the page's, in its middle and above all else: a frame that something covers takes no consent. */
export function showIn(iframe: HTMLIFrameElement, size: { readonly width: number; readonly height: number } | undefined): void {
  iframe.style.cssText =
    size === undefined
      ? HIDDEN
      : `position:fixed;inset:0;margin:auto;width:min(${size.width}px,100vw);height:min(${size.height}px,100vh);border:0;z-index:2147483647;background:#fff;box-shadow:0 0 0 100vmax #0006`;
}
