export { Coverage, statesOf, transitionsOf, transitionsTaken } from './coverage.ts';
export { cellOf, follow, wayTaken, type AnyOracle, type Cell, type Oracle, type Table, type Way } from './oracle.ts';
export { shortestPaths, simplePaths, type Path, type SimplePaths, type SimplePathsOptions } from './paths.ts';
export { stepsOf, type Step } from './steps.ts';
export { commandOf, Departure, walkPath, walkStep, type Bench, type Command, type Standing, type Walk, type Walking, type Watch } from './walk.ts';
