import { UsageError } from './command.ts';

/** The port that `--port` names; 0 is any free one. @throws UsageError */
export function portFrom(text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new UsageError('--port must be a number from 0 to 65535');
  return Number(text);
}
