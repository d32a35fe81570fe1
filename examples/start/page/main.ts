import { BehaviorSubject, catchError, EMPTY, filter, first, firstValueFrom, fromEvent, map, merge, type Observable, share, skip, switchMap, timeout } from 'rxjs';
import { throwawayAuthor, type Author } from './author.ts';
import { Chronicle } from './chronicle.ts';
import { EditPane, keyOf } from './edit-pane.ts';
import { element } from './element.ts';
import { explained } from './explained.ts';
import { FrameConnection } from './frame-connection.ts';
import { showInspector } from './inspector-pane.ts';
import { showPortals } from './portal-cards.ts';
import { portalNames } from './portal-names.ts';
import { isCutOff, sightsOf, type PortalSight } from './portal-sight.ts';
import { SignerPane } from './signer-pane.ts';
import { storyOn, type Stage } from './story.ts';
import { readDemo, Switchboard, type Fault } from './switchboard.ts';
import { Tour } from './tour.ts';
import { watchEntry } from './watch-pane.ts';

/** How long what the tour waits for may take, in milliseconds: most comes at once. */
const PATIENCE = 20_000;
/** How long all portals are asked what they have, after a switch was thrown. */
const QUESTION = 2_000;

const demo = await readDemo();
const switchboard = new Switchboard(demo.portals);
const nameOf = portalNames(switchboard.urls);
const chronicle = new Chronicle();
const throwaway = await throwawayAuthor();
const author$ = new BehaviorSubject<Author>(throwaway);
const frame = new FrameConnection(element('frame', HTMLIFrameElement), demo.frame, (error) => chronicle.note(`the frame does not answer: ${explained(error)}`));
const { clients$ } = frame;

const reports$ = clients$.pipe(
  // They end with the frame: whoever watches says so.
  switchMap((clients) => (clients === undefined ? EMPTY : clients.watcher.reports$.pipe(catchError(() => EMPTY)))),
  share(),
);
/** With a frame go its actors, and its watches. */
const lost$ = clients$.pipe(skip(1), filter((clients) => clients === undefined));
const sights$ = new BehaviorSubject<readonly PortalSight[]>([]);
showInspector(element('inspector'), reports$, lost$).catch((error: unknown) => chronicle.note(`the inspector is not there: ${explained(error)}`));
sightsOf(reports$, lost$).subscribe(sights$);
chronicle.follow(sights$, nameOf);
sights$.subscribe((sights) => {
  element('cut-off').hidden = !isCutOff(sights);
});

const latest$ = watchEntry({ clients$, key$: author$.pipe(map(keyOf)), nameOf, onLost: () => frame.lost() });
const editor = new EditPane({ clients: () => clients$.value, author: () => author$.value, nameOf });
showPortals({ switchboard, sights$, nameOf, onSwitch: (url, fault) => void throwSwitch(url, fault).catch((error: unknown) => chronicle.note(explained(error))) });
// Other tabs may have thrown some.
merge(fromEvent(window, 'focus'), fromEvent(document, 'visibilitychange').pipe(filter(() => !document.hidden))).subscribe(() => {
  switchboard.refresh().catch((error: unknown) => chronicle.note(explained(error)));
});

async function throwSwitch(url: string, fault: Fault | null): Promise<void> {
  await switchboard.throw(url, fault);
  chronicle.note(fault === null ? `portal ${nameOf(url)} was told to behave` : `portal ${nameOf(url)} was told to ${fault}`);
  lookAround();
}

/** Asks all portals: of one that is not connected nothing would be seen for a minute. What the answers come to stands in the portals' states. */
function lookAround(): void {
  const client = clients$.value?.editor;
  client?.read(keyOf(author$.value), { maxStaleness: 0, confirmations: 'all', signal: AbortSignal.timeout(QUESTION) }).catch(() => {});
}

// A fresh entry, so that there is something to look at.
clients$.pipe(first((clients) => clients !== undefined)).subscribe(() => void editor.write('Hello'));

const signer = new SignerPane({ clients$, author$, throwaway, editor });

const until = <T>(source$: Observable<T>, isWanted: (value: T) => boolean, what: string): Promise<T> =>
  firstValueFrom(source$.pipe(filter(isWanted), timeout({ first: PATIENCE, with: () => { throw new Error(`${what} was not seen.`); } })));

const stage: Stage = {
  portals: switchboard.urls,
  nameOf,
  async write(text) {
    if (!(await editor.write(text))) throw new Error('The entry could not be written.');
  },
  throwSwitch,
  sees: (isWanted) => until(sights$, isWanted, 'That of the portals'),
  async askVault(signal) {
    const answer = signer.signWithVault(signal);
    await Promise.race([answer, until(frame.isAsking$, (isAsking) => isAsking, 'What the frame asks')]);
    return { answer };
  },
  shows: (isWanted) => until(latest$.pipe(filter((result) => result !== undefined)), isWanted, 'The value'),
};
const tour = new Tour({
  story: (signal) => storyOn(stage, signal),
  async onEnd() {
    const released = switchboard.release().then(() => 'all portals were told to behave');
    chronicle.note(await released.catch(explained));
    lookAround();
  },
});
tour.offer();
