import { BehaviorSubject, catchError, combineLatest, concat, distinctUntilChanged, EMPTY, map, of, type Observable, switchMap } from 'rxjs';
import type { EntryKey, ReadResult } from 'secure-registry';
import { element, show } from './element.ts';
import type { Clients } from './frame-connection.ts';
import { listed } from './portal-names.ts';

export interface WatchPaneOptions {
  readonly clients$: Observable<Clients | undefined>;
  readonly key$: Observable<EntryKey>;
  readonly nameOf: (url: string) => string;
  /** Called when the watch ended with the frame. */
  readonly onLost: (error: unknown) => void;
}

/** What the runtime means by them. */
const STATUS = {
  live: 'live: the connected portal stands behind it',
  cached: 'cached: confirmed lately, but no connection stands behind it now',
  stale: 'stale: not confirmed lately',
} as const;

/** Follows the entry, and shows it: the pane on the right. @returns what was watched last; undefined of another entry */
export function watchEntry({ clients$, key$, nameOf, onLost }: WatchPaneOptions): BehaviorSubject<ReadResult | undefined> {
  const latest$ = new BehaviorSubject<ReadResult | undefined>(undefined);
  const watch = (clients: Clients | undefined, key: EntryKey): Observable<ReadResult> =>
    clients === undefined
      ? EMPTY
      : clients.watcher.watch(key, { status: true }).pipe(
          catchError((error: unknown) => {
            onLost(error);
            return EMPTY;
          }),
        );
  // Of the same entry, what was seen last is shown until the frame is back.
  key$.pipe(switchMap((key) => concat(of(undefined), clients$.pipe(switchMap((clients) => watch(clients, key)))))).subscribe(latest$);
  combineLatest([latest$, clients$.pipe(map((clients) => clients !== undefined), distinctUntilChanged())]).subscribe(([result, isConnected]) => {
    const exists = result?.exists === true;
    show(element('value'), exists ? new TextDecoder().decode(result.data) : result === undefined ? '…' : 'nothing yet');
    show(element('revision'), exists ? String(result.revision) : '–');
    show(element('status'), !isConnected ? 'the frame is not there' : result === undefined ? 'asking' : STATUS[result.status]);
    element('status').dataset['status'] = isConnected ? (result?.status ?? 'asking') : 'gone';
    const who = result === undefined ? [] : exists ? result.confirmedBy : result.claimedBy;
    show(element('confirmed'), who.length === 0 ? 'nobody yet' : `${listed(who.map(nameOf).sort())}, at ${new Date(result?.confirmedAt ?? 0).toLocaleTimeString('en-GB')}`);
  });
  return latest$;
}
