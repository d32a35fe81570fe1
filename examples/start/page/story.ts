import type { ReadResult } from 'secure-registry';
import { abandonableBy } from './abandonable.ts';
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
  /**
   * Has the vault asked to sign. Resolves once the frame asks the user, or need not, with what becomes of it: whether the vault signs.
   * @param signal withdraws the question
   */
  readonly askVault: (signal: AbortSignal) => Promise<{ readonly answer: Promise<boolean> }>;
}

/** One step: what is said before it happens, what happens, and what is said then. */
export interface Step {
  before(): string;
  act(): Promise<string>;
  /** Of a step that the user ends: what is said then. */
  end?(): Promise<string>;
}

const sightOf = (sights: readonly PortalSight[], url: string): PortalSight | undefined => sights.find((sight) => sight.url === url);
const liveOf = (sights: readonly PortalSight[], orElse: string): string => sights.find(isLive)?.url ?? orElse;

const isQuarantined = (url: string) => (sights: readonly PortalSight[]): boolean => sightOf(sights, url)?.quarantined === true;

/**
 * What happens on the tour: three portals, of which each has its turn, and one is honest to the end.
 * @param signal stops it: what is waited for rejects, nothing more is begun, and the vault's question is withdrawn. What is under way goes on
 */
export function storyOn(stage: Stage, signal: AbortSignal): readonly Step[] {
  const { portals, nameOf } = stage;
  const abandonable = abandonableBy(signal);
  const [write, throwSwitch, sees, shows, askVault] = [abandonable(stage.write), abandonable(stage.throwSwitch), abandonable(stage.sees), abandonable(stage.shows), abandonable(stage.askVault)];
  const signs = abandonable(async (asked?: Promise<boolean>) => asked);
  let [honest = '', liar = '', rolledBack = ''] = portals;
  let answer: Promise<boolean> | undefined;
  const name = (url: string): string => `portal ${nameOf(url)}`;
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
        return `Portal ${nameOf(honest)} is dead: failed over to ${name(liar)}. What was verified is still there.`;
      },
    },
    {
      before: () => 'The watch goes on. Here is another value.',
      async act() {
        await writeAndSee('Still here');
        await throwSwitch(honest, null);
        return `It went through ${name(liar)}, and ${name(rolledBack)}. Portal ${nameOf(honest)} has been started again.`;
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
      before: () => `Portal ${nameOf(rolledBack)} goes back to an older value. You signed that, so it verifies.`,
      async act() {
        await throwSwitch(rolledBack, 'roll back');
        await sees((sights) => sightOf(sights, rolledBack)?.isLagging === true || isQuarantined(rolledBack)(sights));
        return `It is below the floor, and never shown. Portal ${nameOf(rolledBack)} is lagging; after half a minute it would be in quarantine for below-floor.`;
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
      before: () => 'All portals are told to behave again. The fourth actor, the vault, is asked to sign.',
      async act() {
        for (const url of [honest, liar, rolledBack]) await throwSwitch(url, null);
        ({ answer } = await askVault(signal));
        return 'The vault has started, and the frame asks you. Type any password, and the vault makes a key and signs with it. Deny there ends it.';
      },
      async end() {
        return (await signs(answer)) === true ? 'That was the tour. The vault signs now, and its key never left it.' : 'That was the tour. The vault signed nothing: you have not allowed it.';
      },
    },
  ];
}
