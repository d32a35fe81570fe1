import { expect, test, TestRunner } from 'vitest';

/**
 * Vitest's runner, but a file of tests that cannot be loaded has a test that fails. Stryker counts tests: of such a file, which has none, it would say
 * that nobody noticed. A machine whose config XState refuses is mostly refused when it is loaded.
 */
export default class LoadingRunner extends TestRunner {
  async importFile(path, source) {
    try {
      return await super.importFile(path, source);
    } catch (error) {
      if (source !== 'collect') throw error;
      test('is loaded', () => {
        expect(() => {
          throw error;
        }).not.toThrow();
      });
    }
  }
}
