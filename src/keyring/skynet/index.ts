export { takeSkynetPhrase } from './phrase.ts';
export { skynetRoot } from './root.ts';
