import { invalidInput } from '../error.ts';
import { LONGEST_TIMER, takeRecord } from '../input.ts';
import { READ_FAULTS, SOCKET_FAULTS, WRITE_FAULTS, type PortalFaults } from './faults.ts';

/** Complains of a value that is not what the field takes. */
type Check = (value: unknown, field: string) => void;

const isFlag: Check = (value, field) => {
  if (value !== true) throw invalidInput(field, 'true, or left out');
};

const isNumber =
  (expected: string, isFit: (value: number) => boolean): Check =>
  (value, field) => {
    if (typeof value !== 'number' || !isFit(value)) throw invalidInput(field, expected);
  };

const isNamed =
  (names: readonly string[], orElse = ''): Check =>
  (value, field) => {
    if (typeof value === 'string' && names.includes(value)) return;
    // What is no misspelt fault is not quoted.
    const given = typeof value === 'string' && /^[a-z -]{1,24}$/i.test(value) ? `, not '${value}'` : '';
    throw invalidInput(field, `one of ${names.map((name) => `'${name}'`).join(', ')}${orElse}${given}`);
  };

const isNamedOrCanned = (names: readonly string[]): Check => {
  const isKnown = isNamed(names, ', or an answer with a status');
  return (value, field) => (typeof value === 'object' && value !== null ? isCanned(value, field) : isKnown(value, field));
};

const isText = (value: unknown): boolean => typeof value === 'string';

const isCanned: Check = (value, field) => {
  const { status, headers = {}, body = '' } = takeRecord(value, field, ['status', 'headers', 'body']);
  // What comes before an answer, as 100 does, is none.
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599) throw invalidInput(`${field}.status`, 'a whole number from 200 to 599');
  if (typeof headers !== 'object' || headers === null || !Object.values(headers).every(isText)) throw invalidInput(`${field}.headers`, 'texts by their names');
  if (!isText(body)) throw invalidInput(`${field}.body`, 'a text');
};

const CHECKS: { readonly [K in keyof PortalFaults]-?: Check } = {
  reads: isNamedOrCanned(READ_FAULTS),
  writes: isNamedOrCanned(WRITE_FAULTS),
  sockets: isNamed(SOCKET_FAULTS),
  share: isNumber('a number from 0 to 1', (value) => value >= 0 && value <= 1),
  plain: isFlag,
  latency: isNumber(`milliseconds, ${LONGEST_TIMER} at most`, (value) => value >= 0 && value <= LONGEST_TIMER),
  bandwidth: isNumber('more than 0 bytes a second', (value) => value > 0),
  slice: isFlag,
  halfOpen: isFlag,
  held: isFlag,
};
const NAMES = Object.keys(CHECKS) as (keyof PortalFaults)[];

/** A copy of faults that there are: a misspelt one would be honest. @throws RegistryError `INVALID_INPUT` naming the one that there is not, and those there are */
export function takeFaults(value: unknown): PortalFaults {
  const faults = takeRecord(value, 'faults', NAMES);
  for (const name of NAMES) if (faults[name] !== undefined) CHECKS[name](faults[name], `faults.${name}`);
  return { ...faults } as PortalFaults;
}
