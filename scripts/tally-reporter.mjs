// Writes what every test of a run came to, for scripts/test.mjs to count and compare.
import { writeFileSync } from 'node:fs';

export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => {
      const where = { project: module.project.name, file: module.relativeModuleId };
      const broken = module.errors().map(({ message }) => ({ ...where, name: `(the file itself) ${message}`, state: 'failed' }));
      return [...broken, ...[...module.children.allTests()].map((test) => ({ ...where, name: test.fullName, state: test.result().state }))];
    });
    writeFileSync(process.env.TALLY_FILE, JSON.stringify({ tests, unhandled: unhandledErrors.length }));
  }
}
