// The demo: three portals with switches, a frame that uses them, and a page of another origin that shows both.
import { startServer } from '../frame/static-server.mjs';
import { makeFrameFolder } from '../frame/frame-folder.mjs';
import { DemoPortal } from './demo-portal.mjs';
import { startPageServer } from './page-server.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

/** Starts it on free ports of this machine. */
export async function startDemo() {
  const portals = await Promise.all([DemoPortal.start(), DemoPortal.start(), DemoPortal.start()]);
  const urls = portals.map(({ url }) => url);
  const frame = await startServer();
  const page = await startPageServer({ portals, frame: frame.origin });
  const folder = temporaryFolder();
  frame.serve(folder, await makeFrameFolder(folder, { portals: urls, origins: { [page.origin]: ['read', 'write', 'sign', 'inspect'] } }));
  return {
    url: `${page.origin}/`,
    portals: urls,
    async close() {
      page.close();
      frame.close();
      await Promise.all(portals.map((portal) => portal.close()));
    },
  };
}
