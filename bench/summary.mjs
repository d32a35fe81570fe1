// What the rounds of a contender come to.

export const medianOf = (numbers) => {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length === 0 ? undefined : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

/**
 * The median, the least and the most of the rounds' values. Every other figure is the median of the rounds' own.
 * @param {{group: string, name: string, unit: string}} about the contender
 * @param {{value: number}[]} measured one a round, fewer if some failed
 */
export function summary({ group, name, unit }, measured) {
  const figures = [...new Set(measured.flatMap(Object.keys))].filter((figure) => figure !== 'value');
  const medians = Object.fromEntries(figures.map((figure) => [figure, medianOf(measured.map((round) => round[figure]))]));
  const all = measured.map(({ value }) => value);
  return { group, name, unit, ...medians, median: medianOf(all), min: Math.min(...all), max: Math.max(...all), rounds: measured };
}

/** The same of what is measured once. */
export const single = (about, figures) => summary(about, [figures]);

/** Whether a bar was met; of what was not measured, or failed, nothing is said. */
export function judge({ text, figure, holds, unit }, summaries) {
  const value = figure(summaries);
  const isMeasured = Number.isFinite(value);
  return { text, unit, figure: isMeasured ? value : undefined, isMet: isMeasured ? holds(value) : undefined };
}
