// `npm run conformance`: the project's verdicts and messages against a folder of vectors, named by VECTORS_DIR.
import { conclude, runProjects } from './tally.mjs';

conclude(await runProjects(['conformance']));
