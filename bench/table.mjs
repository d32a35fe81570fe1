// Results as people read them.

export const formatted = (value) => (value === undefined || Number.isNaN(value) ? '' : value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));

/** Rows of cells as lines, every column as wide as its widest cell; numbers, which is all but the first, to the right. */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd());
}

/** @param results those of one group, the first of them ours, unless each is alone, with nothing to be compared to */
function groupLines(results) {
  const [ours] = results;
  return results.map(({ name, unit, median, min, max, p50, p99, cpu, rounds, isAlone }) => {
    if (rounds.length === 0) return [`  ${name}`, 'FAILED', '', '', unit, '', '', '', ''];
    const ratio = name === ours.name || isAlone ? '' : `${formatted(ours.median / median)} ×`;
    return [`  ${name}`, formatted(median), formatted(min), formatted(max), unit, formatted(p50), formatted(p99), formatted(cpu), ratio];
  });
}

const blank = (text) => [text, '', '', '', '', '', '', '', ''];

export function tableOf(results) {
  const groups = [...new Set(results.map(({ group }) => group))];
  const header = ['', 'median', 'min', 'max', 'unit', 'p50 ms', 'p99 ms', 'CPU ms each', 'ours ÷ this'];
  return align([header, ...groups.flatMap((group) => [blank(group), ...groupLines(results.filter((result) => result.group === group))])]).join('\n');
}

const VERDICTS = new Map([
  [true, 'met   '],
  [false, 'MISSED'],
  [undefined, '—     '],
]);

export const barLine = ({ text, figure, unit, isMet }) => `${VERDICTS.get(isMet)}  ${text}: ${figure === undefined ? 'not measured' : `${formatted(figure)}${unit}`}`;
