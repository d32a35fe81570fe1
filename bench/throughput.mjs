// How many of something can be done in a second, so many at a time.

/** Milliseconds: by the end of the first, code is compiled and connections are open, though a slow contender has had little to practise on. */
const WARM_UP = 1_500;
const MEASURED = 2_000;

/** Processor time that all threads of this process have had, in milliseconds; a page is not told. */
function processorTime() {
  if (typeof process === 'undefined') return NaN;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/**
 * Warms up, then measures: each until its time is over, or until it has used up half of what there is to do.
 * @param {(number: number) => Promise<unknown>} perform called with 0, 1, 2 …; it has to reject rather than to do less than it should
 * @param {number} inFlight how many are under way at any time
 * @param {number} most how many there are to do
 * @returns {Promise<{value: number, p50: number, p99: number, cpu: number}>} how many a second; percentiles, and processor time each, in milliseconds
 */
export async function throughput(perform, inFlight, most = Infinity) {
  let next = 0;
  const phase = async (milliseconds, last) => {
    const times = [];
    const begun = performance.now();
    const lane = async () => {
      for (let now = begun; now < begun + milliseconds && next < last; ) {
        await perform(next++);
        const done = performance.now();
        times.push(done - now);
        now = done;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return { times: times.sort((a, b) => a - b), seconds: (performance.now() - begun) / 1_000 };
  };
  await phase(WARM_UP, most / 2);
  const before = processorTime();
  const { times, seconds } = await phase(MEASURED, most);
  const spent = processorTime() - before;
  return { value: times.length / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99), cpu: spent / times.length };
}

/** The same of what is done at once, one after the other. */
export function throughputAtOnce(perform) {
  let next = 0;
  const phase = (milliseconds) => {
    const from = next;
    const begun = performance.now();
    while (performance.now() < begun + milliseconds) perform(next++);
    return { times: next - from, seconds: (performance.now() - begun) / 1_000 };
  };
  phase(WARM_UP);
  const before = processorTime();
  const { times, seconds } = phase(MEASURED);
  const spent = processorTime() - before;
  return { value: times / seconds, cpu: spent / times };
}
