import { combineLatest, type Observable } from 'rxjs';
import { element, part, show } from './element.ts';
import type { PortalSight } from './portal-sight.ts';
import { FAULTS, type Fault, type Switchboard, type Switched } from './switchboard.ts';

export interface PortalCardsOptions {
  readonly switchboard: Switchboard;
  readonly sights$: Observable<readonly PortalSight[]>;
  readonly nameOf: (url: string) => string;
  /** Called with the switch that the user threw. */
  readonly onSwitch: (url: string, fault: Fault | null) => void;
}

/** What is said of a portal that does as it was told. */
const DOES: Readonly<Record<Fault, string>> = {
  kill: 'Nobody listens at its port.',
  stall: 'It takes whatever it is sent, and never answers.',
  lie: 'It serves what Mallory signed, as if it were this entry.',
  'roll back': 'It serves the entry before the newest one.',
  'flip a byte': 'One digit of each signature it serves is another.',
};

/** A card for each portal: its switches, and how the frame sees it. */
export function showPortals({ switchboard, sights$, nameOf, onSwitch }: PortalCardsOptions): void {
  const template = element('portal-card', HTMLTemplateElement);
  const cards = new Map(switchboard.urls.map((url) => [url, makeCard(template, url, nameOf(url), (fault) => onSwitch(url, fault))]));
  element('portals').replaceChildren(...Array.from(cards.values(), ({ root }) => root));
  combineLatest([switchboard.switched$, sights$]).subscribe(([switched, sights]) => {
    for (const state of switched) cards.get(state.url)?.update(state, sights.find(({ url }) => url === state.url));
  });
}

function makeCard(template: HTMLTemplateElement, url: string, name: string, onSwitch: (fault: Fault | null) => void) {
  const root = part(template.content.cloneNode(true) as DocumentFragment, 'li');
  const title = part(root, 'h3');
  title.textContent = `Portal ${name}`;
  title.id = `portal-${name}`;
  part(root, '.url').textContent = new URL(url).host;
  const [state, facts, does, group] = [part(root, '.state'), part(root, '.facts'), part(root, '.does'), part(root, '[role=group]')];
  group.setAttribute('aria-labelledby', title.id);
  const buttons = FAULTS.map((fault) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = fault;
    button.setAttribute('aria-describedby', `about-${fault.replaceAll(' ', '-')}`);
    button.addEventListener('click', () => onSwitch(button.getAttribute('aria-pressed') === 'true' ? null : fault));
    group.append(button);
    return { fault, button };
  });
  return {
    root,
    update({ fault }: Switched, sight: PortalSight | undefined): void {
      for (const { fault: its, button } of buttons) button.setAttribute('aria-pressed', String(its === fault));
      root.dataset['tone'] = toneOf(sight);
      show(does, fault === null ? 'It does as it should.' : DOES[fault]);
      show(state, sight === undefined ? 'not known' : stateOf(sight));
      show(facts, sight === undefined ? '' : factsOf(sight));
    },
  };
}

/** As the runtime names it. */
const stateOf = ({ state, quarantined, reason, isLagging }: PortalSight): string =>
  [quarantined ? `quarantined: ${reason}` : undefined, quarantined && state === 'standby' ? undefined : state, isLagging && !quarantined ? 'lagging' : undefined].filter(Boolean).join(', ');

const toneOf = (sight: PortalSight | undefined): string => (sight === undefined ? 'unknown' : sight.quarantined ? 'bad' : sight.isLagging ? 'doubtful' : sight.state === 'live' ? 'good' : sight.failures > 0 ? 'doubtful' : 'plain');

function factsOf({ latency, failures, lastFailure }: PortalSight): string {
  const failed = failures === 0 ? undefined : `${failures} ${failures === 1 ? 'failure' : 'failures'}, the last: ${lastFailure ?? 'unknown'}`;
  return [latency === undefined ? undefined : `answers in ${latency.toFixed(1)} ms`, failed].filter((fact) => fact !== undefined).join('; ');
}
