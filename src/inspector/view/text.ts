/** `12:04:59.301`, in the time zone of who looks. */
export function clockText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '–';
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** How long something is ago, in the largest unit that says something. */
export function ageText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The beginning and the end of a long word. */
export const shortened = (word: string, head = 8, tail = 4): string => (word.length <= head + tail + 1 ? word : `${word.slice(0, head)}…${word.slice(-tail)}`);

/** XState's own names of its events, as they are read in a chart. */
export function eventText(type: string): string {
  const [, kind = '', name = ''] = /^xstate\.(after|done\.actor|error\.actor|done\.state)\.([^.]+)/.exec(type) ?? [];
  if (kind === 'after') return `after ${name}`;
  if (kind !== '') return `${name} ${kind.startsWith('done') ? 'done' : 'failed'}`;
  if (type === 'xstate.init') return 'started';
  return type === 'xstate.stop' ? 'stopped' : type;
}

/** A state's value on one line: `{live: 'settled'}` as `live.settled`. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, inner]) => {
      const within = valueText(inner);
      return within === '' ? key : within.includes(', ') ? `${key}(${within})` : `${key}.${within}`;
    })
    .join(', ');
}

/** Bytes in hex as text, if all of it is readable; undefined if it is not. */
export function readable(hex: string): string | undefined {
  const digits = /^0x((?:[0-9a-f]{2})*)$/i.exec(hex)?.[1];
  if (digits === undefined || digits === '') return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    return /^[^\p{Cc}\p{Cf}\p{Co}\p{Cn}]*$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A portal's address without what all of them have. */
export const hostOf = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
