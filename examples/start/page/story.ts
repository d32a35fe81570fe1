import type { ReadResult } from 'secure-registry';
import { isLive, type PortalSight } from './portal-sight.ts';
import type { Fault } from './switchboard.ts';

/** What the story is played with. What is waited for and does not come rejects. */
export interface Stage {
  /** URLs. */
  readonly portals: readonly string[];
  readonly nameOf: (url: string) => string;
  readonly write: (text: string) => Promise<void>;
  readonly throwSwitch: (url: string, fault: Fault | null) => Promise<void>;
  /** Resolves with the first sight of the portals that is as wanted. */
  readonly sees: (isWanted: (sights: readonly PortalSight[]) => boolean) => Promise<readonly PortalSight[]>;
  /** The same of the entry, in the pane on the right. */
  readonly shows: (isWanted: (result: ReadResult) => boolean) => Promise<ReadResult>;
}

/** One step: what is said before it happens, what happens, and what is said then. */
export interface Step {
  before(): string;
  act(): Promise<string>;
}

const sightOf = (sights: readonly PortalSight[], url: string): PortalSight | undefined => sights.find((sight) => sight.url === url);
const liveOf = (sights: readonly PortalSight[], orElse: string): string => sights.find(isLive)?.url ?? orElse;

const isQuarantined = (url: string) => (sights: readonly PortalSight[]): boolean => sightOf(sights, url)?.quarantined === true;

/** What happens on the tour: three portals, of which each has its turn, and one is honest to the end. */
export function storyOn({ portals, nameOf, write, throwSwitch, sees, shows }: Stage): readonly Step[] {
  let [honest = '', liar = '', rolledBack = ''] = portals;
  const name = (url: string): string => `portal ${nameOf(url)}`;
  const Name = (url: string): string => `Portal ${nameOf(url)}`;
  const writeAndSee = async (text: string): Promise<ReadResult> => {
    await write(text);
    return shows((result) => result.exists && new TextDecoder().decode(result.data) === text);
  };
  return [
    {
      before: () => 'An entry is a value, a revision and a signature. One is signed and written, on the left.',
      async act() {
        await writeAndSee('Good morning');
        return 'The right pane watches it. What portals say is shown only once the verifier has checked the signature.';
      },
    },
    {
      before: () => 'The frame is connected to one portal at a time. That one is killed now.',
      async act() {
        honest = liveOf(await sees((sights) => sights.some(isLive)), honest);
        await throwSwitch(honest, 'kill');
        liar = liveOf(await sees((sights) => sights.some((sight) => isLive(sight) && sight.url !== honest)), liar);
        rolledBack = portals.find((url) => url !== honest && url !== liar) ?? rolledBack;
        return `${Name(honest)} is dead: failed over to ${name(liar)}. What was verified is still there.`;
      },
    },
    {
      before: () => 'The watch goes on. Here is another value.',
      async act() {
        await writeAndSee('Still here');
        await throwSwitch(honest, null);
        return `It went through ${name(liar)}, and ${name(rolledBack)}. ${Name(honest)} has been started again.`;
      },
    },
    {
      before: () => `Now ${name(liar)} lies: it serves what Mallory signed, as if you had.`,
      async act() {
        await throwSwitch(liar, 'lie');
        await sees(isQuarantined(liar));
        return `The signature is not of your key: ${name(liar)} is in quarantine for bad-signature. Mallory's words were never shown.`;
      },
    },
    {
      before: () => `${Name(rolledBack)} goes back to an older value. You signed that, so it verifies.`,
      async act() {
        await throwSwitch(rolledBack, 'roll back');
        await sees((sights) => sightOf(sights, rolledBack)?.isLagging === true || isQuarantined(rolledBack)(sights));
        return `It is below the floor, and never shown. ${Name(rolledBack)} is lagging; after half a minute it would be in quarantine for below-floor.`;
      },
    },
    {
      before: () => `Instead, ${name(rolledBack)} flips a single digit of every signature.`,
      async act() {
        await throwSwitch(rolledBack, 'flip a byte');
        await sees(isQuarantined(rolledBack));
        return `That is enough: ${name(rolledBack)} is in quarantine, too. Only ${name(honest)} is honest.`;
      },
    },
    {
      before: () => 'One honest portal is all it takes.',
      async act() {
        await writeAndSee('One honest portal is enough');
        return 'There it is, and nothing false or older was ever shown.';
      },
    },
    {
      before: () => 'All portals are told to behave again. Those in quarantine are trusted again after half a minute.',
      async act() {
        for (const url of [honest, liar, rolledBack]) await throwSwitch(url, null);
        return 'That was the tour. The fourth actor, the vault, has not moved yet: press “Sign with the vault”, and it asks you for a password.';
      },
    },
  ];
}
