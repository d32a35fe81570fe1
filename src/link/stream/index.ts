export { Conflated, conflate } from './conflated.ts';
export { readStream } from './reader.ts';
export { StreamWriter, type StreamLimits } from './writer.ts';
