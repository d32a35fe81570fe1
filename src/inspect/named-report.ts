import { isInspectionEvent, type Report } from './report.ts';

/** Makes the session ids of a runtime unique among several: `author/portal/x:0`. */
export function namedReport(name: string): (report: Report) => Report {
  const id = (sessionId: string): string => `${name}/${sessionId}`;
  return (report) => {
    if (!isInspectionEvent(report)) return report;
    const named = { ...report, sessionId: id(report.sessionId), rootId: id(report.rootId) };
    switch (named.type) {
      case '@xstate.actor':
        return named.parentId === undefined ? { ...named, name: id(named.name) } : { ...named, parentId: id(named.parentId) };
      case '@xstate.event':
        return named.sourceId === undefined ? named : { ...named, sourceId: id(named.sourceId) };
      case '@xstate.snapshot':
        return named;
    }
  };
}
