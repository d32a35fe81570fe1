// One measure of one row, in a process of its own: `node measure.mjs ROWS INDEX ROUNDS` prints its figures as one line of JSON.
import { endAll } from './processes.mjs';

const [rows, index, rounds] = process.argv.slice(2);
const { measures } = await import(`./rows/${rows}.mjs`);
const { run } = measures[Number(index)];
const figures = [];
process.once('exit', endAll);
try {
  for (let i = 0; i < Number(rounds); i++) {
    figures.push(await run());
    endAll();
  }
  process.stdout.write(`${JSON.stringify({ figures })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ figures, failure: error instanceof Error ? error.message : String(error) })}\n`);
}
process.exit();
