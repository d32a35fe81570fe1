import type { Observable } from 'rxjs';
import type { Report } from 'secure-registry/inspect';
import { ACTORS, ActorLives, type ActorLife } from './actor-life.ts';
import { element, part, show } from './element.ts';

/** For how long a state that was left is still seen to have been there, in milliseconds: many last less than one. */
const AFTERGLOW = 1_200;

/**
 * The four actors, by their names: their states, with those they are in lit, and how many events they have taken.
 * @param lost$ tells that they are gone, and others are told of next
 */
export function showActors(reports$: Observable<Report>, lost$: Observable<unknown>): void {
  const lives = new ActorLives();
  const rows = ACTORS.map((actor) => {
    const root = element(`actor-${actor}`);
    return { actor, root, unstarted: [...part(root, '.states').childNodes] };
  });
  let isDue = false;
  const draw = (): void => {
    isDue = false;
    for (const { actor, root } of rows) {
      const life = lives.get(actor);
      if (life !== undefined && drawLife(root, life) && !isDue) {
        isDue = true;
        setTimeout(draw, AFTERGLOW / 4);
      }
    }
  };
  lost$.subscribe(() => {
    lives.clear();
    for (const { root, unstarted } of rows) {
      part(root, '.states').replaceChildren(...unstarted);
      show(part(root, '.events'), '');
      root.classList.remove('moving');
    }
  });
  reports$.subscribe((report) => {
    lives.take(report);
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  });
}

/** @returns whether it will look otherwise in a while */
function drawLife(root: HTMLElement, { states, state, left, events, moved }: ActorLife): boolean {
  show(part(root, '.events'), `${events} ${events === 1 ? 'event' : 'events'}`);
  const list = part(root, '.states');
  if (list.childElementCount !== states.length) {
    list.replaceChildren(
      ...states.map((name) => {
        const item = document.createElement('li');
        item.textContent = name;
        return item;
      }),
    );
  }
  const since = performance.now() - AFTERGLOW;
  let isGlowing = moved > since;
  root.classList.toggle('moving', isGlowing);
  for (const item of list.children) {
    const name = item.textContent;
    const hasLeft = (left.get(name) ?? -Infinity) > since;
    if (name === state) item.setAttribute('aria-current', 'true');
    else item.removeAttribute('aria-current');
    item.classList.toggle('left', hasLeft);
    isGlowing ||= hasLeft;
  }
  return isGlowing;
}
