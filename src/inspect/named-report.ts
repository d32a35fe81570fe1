import { isInspectionEvent, type Report } from './report.ts';

/** Makes the session ids of a runtime unique among several: `author/portal/x:0`. */
export const namedReport =
  (name: string) =>
  (report: Report): Report => {
    if (!isInspectionEvent(report)) return report;
    const id = (sessionId: string): string => `${name}/${sessionId}`;
    const named = { ...report, sessionId: id(report.sessionId), rootId: id(report.rootId) };
    switch (named.type) {
      case '@xstate.actor':
        return { ...named, name: named.parentId === undefined ? id(named.name) : named.name, ...(named.parentId === undefined ? {} : { parentId: id(named.parentId) }) };
      case '@xstate.event':
        return named.sourceId === undefined ? named : { ...named, sourceId: id(named.sourceId) };
      case '@xstate.snapshot':
        return named;
    }
  };
