import type { Overseen, Oversight } from '../../../actors/entries/oversight.ts';

/**
 * What a worker of a module does about what portals do: one that serves a bad signature is left alone. Those that lag are neither followed nor sent what they
 * lack: most workers end before that would come to anything.
 */
export const briefOversight = ({ world }: Overseen): Oversight => ({
  heard() {},
  suspect() {},
  accepted() {},
  met() {},
  offended(finding) {
    if (finding.kind === 'forged') world.portal.tell({ kind: 'blame', portal: finding.portal, offence: 'bad-signature' });
  },
  renew() {},
  sweep() {},
  stop() {},
});
