export { seedOf, takeSkynetPhrase } from './phrase.ts';
export { skynetRoot } from './root.ts';
export { formatSkynetPhrase } from './words.ts';
