import { isInspectionEvent, type Report } from './report.ts';

/** Whether session ids may begin with it: letters, digits, `.`, `-`, `_`. */
export const isSessionName = (name: unknown): name is string => typeof name === 'string' && /^[\w.-]+$/.test(name);

/** Makes the session ids of a runtime unique among several: `author/portal/x:0`. */
export const namedReport = (name: string): ((report: Report) => Report) => renamed((id) => `${name}/${id}`);

/** Takes the name off again. */
export const unnamedReport = (name: string): ((report: Report) => Report) => renamed((id) => (id.startsWith(`${name}/`) ? id.slice(name.length + 1) : id));

function renamed(id: (sessionId: string) => string): (report: Report) => Report {
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
