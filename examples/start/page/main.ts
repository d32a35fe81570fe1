import { BehaviorSubject, catchError, EMPTY, filter, first, firstValueFrom, map, type Observable, share, skip, switchMap, timeout } from 'rxjs';
import { throwawayAuthor, vaultAuthor, type Author } from './author.ts';
import { Chronicle } from './chronicle.ts';
import { EditPane, explained, keyOf } from './edit-pane.ts';
import { element, show } from './element.ts';
import { FrameConnection } from './frame-connection.ts';
import { showInspector } from './inspector-pane.ts';
import { showPortals } from './portal-cards.ts';
import { portalNames } from './portal-names.ts';
import { isCutOff, sightOf, type PortalSight } from './portal-sight.ts';
import { storyOn, type Stage } from './story.ts';
import { Switchboard, type Demo, type Fault } from './switchboard.ts';
import { Tour } from './tour.ts';
import { watchEntry } from './watch-pane.ts';

/** How long what the tour waits for may take, in milliseconds: most comes at once. */
const PATIENCE = 20_000;
/** How long all portals are asked what they have, after a switch was thrown. */
const QUESTION = 2_000;

const demo = (await (await fetch('demo.json')).json()) as Demo;
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
sightOf(reports$).subscribe(sights$);
chronicle.follow(sights$, nameOf);
sights$.subscribe((sights) => {
  element('cut-off').hidden = !isCutOff(sights);
});

const latest$ = watchEntry({ clients$, key$: author$.pipe(map(keyOf)), nameOf, onLost: () => frame.lost() });
const editor = new EditPane({ clients: () => clients$.value, author: () => author$.value, nameOf });
showPortals({ switchboard, sights$, nameOf, onSwitch: (url, fault) => void throwSwitch(url, fault).catch((error: unknown) => chronicle.note(explained(error))) });
window.addEventListener('focus', () => void switchboard.refresh().catch((error: unknown) => chronicle.note(explained(error))));

async function throwSwitch(url: string, fault: Fault | null): Promise<void> {
  await switchboard.throw(url, fault);
  chronicle.note(fault === null ? `portal ${nameOf(url)} was told to behave` : `portal ${nameOf(url)} was told to ${fault}`);
  // Of a portal that is not connected nothing would be seen for a minute. What the answers come to stands in the portals' states.
  const { editor: client } = clients$.value ?? {};
  client?.read(keyOf(author$.value), { maxStaleness: 0, confirmations: 'all', signal: AbortSignal.timeout(QUESTION) }).catch(() => {});
}

// A fresh entry, so that there is something to look at.
clients$.pipe(first((clients) => clients !== undefined)).subscribe(() => void editor.write('Hello'));

const vaultButton = element('vault', HTMLButtonElement);
author$.subscribe(({ isVault }) => {
  show(vaultButton, isVault ? 'Sign with this page’s key' : 'Sign with the vault');
  show(element('signer'), isVault ? 'Signed by a key of the vault in the frame.' : 'Signed by a key that this page made, and forgets.');
});
vaultButton.addEventListener('click', () => void (author$.value.isVault ? author$.next(throwaway) : signWithVault()));
clients$.subscribe((clients) => {
  if (clients !== undefined || !author$.value.isVault) return;
  author$.next(throwaway);
  editor.tell('The frame was loaded again, and its vault is locked: this page’s key signs.');
});

/** @param signal withdraws the question. Resolves with whether the vault signs */
async function signWithVault(signal?: AbortSignal): Promise<boolean> {
  const { editor: client } = clients$.value ?? {};
  if (client === undefined) {
    editor.tell('The frame is not there yet.');
    return false;
  }
  vaultButton.disabled = true;
  editor.tell('The frame asks you, above this page: a password for its vault, and whether this page may have entries signed.');
  try {
    author$.next(await vaultAuthor(client, signal));
    await editor.write('Signed by my vault');
  } catch (error) {
    editor.tell(explained(error));
  }
  vaultButton.disabled = false;
  // Whoever withdrew it is elsewhere on the page.
  if (signal?.aborted !== true) vaultButton.focus();
  return author$.value.isVault;
}

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
    const answer = author$.value.isVault ? Promise.resolve(true) : signWithVault(signal);
    await Promise.race([answer, until(frame.isAsking$, (isAsking) => isAsking, 'What the frame asks')]);
    return { answer };
  },
  shows: (isWanted) => until(latest$.pipe(filter((result) => result !== undefined)), isWanted, 'The value'),
};
const tour = new Tour({
  story: (signal) => storyOn(stage, signal),
  async onEnd(isWhole) {
    await switchboard.release().catch((error: unknown) => chronicle.note(explained(error)));
    if (isWhole) vaultButton.focus();
  },
});
tour.offer();
