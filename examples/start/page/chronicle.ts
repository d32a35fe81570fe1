import { pairwise, startWith, type Observable } from 'rxjs';
import { element } from './element.ts';
import { isLive, type PortalSight } from './portal-sight.ts';

/** Lines that are kept. */
const MOST = 30;

/** What became of the portals, a line for each change, the newest first. */
export class Chronicle {
  readonly #list = element('chronicle');

  note(text: string): void {
    const line = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = new Date().toLocaleTimeString('en-GB');
    line.append(time, ` ${text}`);
    this.#list.prepend(line);
    while (this.#list.children.length > MOST) this.#list.lastElementChild?.remove();
  }

  /** Notes what the frame sees of the portals. */
  follow(sights$: Observable<readonly PortalSight[]>, nameOf: (url: string) => string): void {
    let last: string | undefined;
    sights$.pipe(startWith([] as readonly PortalSight[]), pairwise()).subscribe(([before, now]) => {
      for (const sight of now) {
        const was = before.find(({ url }) => url === sight.url);
        for (const line of changesOf(was, sight)) this.note(`portal ${nameOf(sight.url)} ${line}`);
      }
      if (now.length === 0) last = undefined; // that frame is gone
      const live = now.find(isLive)?.url;
      if (live === undefined || live === last) return;
      this.note(last === undefined ? `connected to portal ${nameOf(live)}` : `failed over to portal ${nameOf(live)}`);
      last = live;
    });
  }
}

/** For the first time, or in another way; that it is in quarantine is told anyway. */
const hasFailed = (was: PortalSight, { failures, lastFailure }: PortalSight): boolean =>
  failures > was.failures && lastFailure !== 'quarantined' && (was.failures === 0 || was.lastFailure !== lastFailure);

function changesOf(was: PortalSight | undefined, sight: PortalSight): readonly string[] {
  return [
    was !== undefined && hasFailed(was, sight) ? `failed: ${sight.lastFailure}` : undefined,
    sight.quarantined && was?.quarantined !== true ? `put in quarantine: ${sight.reason}` : undefined,
    !sight.quarantined && was?.quarantined === true ? 'is out of quarantine' : undefined,
    sight.isLagging && was?.isLagging !== true ? 'is lagging: it served an older entry, which was not shown' : undefined,
    !sight.isLagging && was?.isLagging === true ? 'has caught up' : undefined,
  ].filter((line) => line !== undefined);
}
