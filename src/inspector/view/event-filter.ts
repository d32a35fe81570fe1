import { textOf, type Logged } from '../model/log.ts';
import { eventText } from './text.ts';

/** Which events are shown. */
export interface EventFilter {
  /** A thread and a machine, as `portal connection`; or a session. Empty for all. */
  readonly actor: string;
  readonly type: string;
  readonly text: string;
}
export const ALL_EVENTS: EventFilter = { actor: '', type: '', text: '' };

export function predicateOf({ actor, type, text }: EventFilter): (logged: Logged) => boolean {
  const [thread, machine] = actor.split(' ');
  const [wantedType, wantedText] = [type.trim().toLowerCase(), text.trim().toLowerCase()];
  return (logged) => {
    if (actor !== '' && (machine === undefined ? logged.sessionId !== actor : logged.machine !== machine || logged.sessionId?.startsWith(`${thread}/`) !== true)) return false;
    if (wantedType !== '' && !eventText(logged.type).toLowerCase().includes(wantedType) && !logged.type.toLowerCase().includes(wantedType)) return false;
    return wantedText === '' || textOf(logged).includes(wantedText);
  };
}
