// Processor time of threads and of other processes, by the system's scheduler. Linux has it, to the nanosecond; elsewhere it is undefined.
import { readdirSync, readFileSync } from 'node:fs';

/** @param {string | undefined} task `PID/task/TID` */
export function secondsOfTask(task) {
  try {
    return Number(readFileSync(`/proc/${task}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e9;
  } catch {
    return undefined;
  }
}

/** Of all threads that the process has. */
export function secondsOfProcess(pid) {
  try {
    return sum(readdirSync(`/proc/${pid}/task`).map((tid) => secondsOfTask(`${pid}/task/${tid}`)));
  } catch {
    return undefined;
  }
}

/** Undefined, if any of them is. */
export const sum = (seconds) => (seconds.includes(undefined) ? undefined : seconds.reduce((total, each) => total + each, 0));
