import type { Report } from './report.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
/** Epoch milliseconds, that a `Date` can have. */
const isTime: Check = (value) => typeof value === 'string' && value !== '' && Math.abs(Number(value)) <= 8.64e15;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const recordOf = (checks: Readonly<Record<string, Check>>): Check => (value) => isRecord(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const isEvent = recordOf({ type: isText });
const INSPECTED = { _version: isText, sessionId: isText, rootId: isText };

/** What each kind of report has to have, so that whoever takes it in finds what it looks for. */
const KINDS = new Map<unknown, Check>([
  ['@xstate.actor', recordOf({ ...INSPECTED, name: isText, parentId: optional(isText), definition: isText, snapshot: isRecord })],
  ['@xstate.event', recordOf({ ...INSPECTED, event: isEvent, sourceId: optional(isText) })],
  ['@xstate.snapshot', recordOf({ ...INSPECTED, event: isEvent, snapshot: isRecord })],
  ['@secure-registry.portals', recordOf({ portals: listOf(recordOf({ url: isText, state: isText })) })],
  ['@secure-registry.watched', recordOf({ entries: listOf(recordOf({ pubkey: isText, datakey: isText, watched: (value) => typeof value === 'boolean', confirmedBy: optional(listOf(isText)) })) })],
  ['@secure-registry.incident', recordOf({ incident: isRecord })],
  ['@secure-registry.gap', isRecord],
]);

/** Whether JSON that came from elsewhere is a report: of a kind that is known, with what that kind has to have. */
export const isReport = (value: unknown): value is Report => isRecord(value) && isTime(value['createdAt']) && KINDS.get(value['type'])?.(value) === true;
