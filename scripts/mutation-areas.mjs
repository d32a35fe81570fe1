/** Below this share of noticed changes, in per cent, an area's tests are not enough. */
export const LEAST_SCORE = 85;

/**
 * What `npm run mutate` changes on purpose, and the tests that have to notice: of each area, or part of one behind a slash, the files that are mutated
 * and the files of tests that run. A machine is mutated where it is loaded, and each such change costs a run of all the tests: those of other parts would
 * only take longer to say the same.
 */
export const PARTS = {
  'registry/entries': {
    mutate: ['src/registry/*.ts', '!src/registry/{index,json}.ts'],
    tests: ['test/registry/{golden,hostile-input,input,key-name,order,other-realm,own-memory,packed,signing}{,.node}.test.ts'],
  },
  'registry/verdict': {
    // A browser's engine is tested in a browser.
    mutate: ['src/registry/verdict/*.ts', '!src/registry/verdict/native.web.ts'],
    // Not verdict-go, which takes long: verdict-rivals has those of its cases that tell.
    tests: ['test/registry/verdict-{engines,rivals}.test.ts', 'test/registry/golden.test.ts'],
  },
  'registry/wire': {
    mutate: ['src/registry/json.ts', 'src/registry/wire/*.ts', '!src/registry/wire/index.ts'],
    tests: ['test/registry/{json,http-bodies,socket-messages}.test.ts'], // not json-size, which takes long
  },
  verifier: {
    mutate: ['actors/verifier/*.ts', 'machines/verifier.ts', '!actors/verifier/worker.ts'],
    tests: ['test/actors/verifier/*.test.ts', 'test/machines/{verifier,verifier.model,names}.test.ts'],
  },
  entries: {
    mutate: ['machines/entries.ts'],
    tests: ['test/machines/{entries,entries.model,names}.test.ts'],
  },
  vault: {
    mutate: ['machines/vault.ts'],
    tests: ['test/machines/{vault,vault.model,names}.test.ts'],
  },
  entry: {
    mutate: ['machines/entry.ts'],
    tests: ['test/machines/{entry,entry.model,names}.test.ts'],
  },
  'portal/portal': {
    mutate: ['machines/portal.ts'],
    tests: ['test/machines/{portal,portal.model,portal-life,names}.test.ts'],
  },
  'portal/connection': {
    mutate: ['machines/connection.ts'],
    tests: ['test/machines/{connection,connection.model,names}.test.ts'],
  },
  'portal/order': {
    mutate: ['machines/{portal-record,portal-times,ranking}.ts'],
    tests: ['test/machines/{portal,ranking,backoff}.test.ts'],
  },
  'kernel/query': {
    mutate: ['machines/query.ts'],
    tests: ['test/machines/{query,query.model,names}.test.ts', 'test/kernel/queries.test.ts'],
  },
  'kernel/consent': {
    mutate: ['machines/consent.ts'],
    tests: ['test/machines/{consent,consent.model,names}.test.ts', 'test/kernel/frame/consent-desk.test.ts'],
  },
  skylink: {
    mutate: ['src/skylink/*.ts', '!src/skylink/index.ts'],
    tests: ['test/skylink/*.test.ts'],
  },
};
