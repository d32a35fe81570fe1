import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

/**
 * `x.test.ts` runs in Node and in Chromium, `x.node.test.ts` and `x.web.test.ts` in one of them,
 * `x.test-d.ts` is only type-checked.
 */
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Starts portals for tests of both worlds, when one asks for them. */
const PORTAL_CONTROL = ['test/runtime/fixture/control.node.ts'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    // Most tests wait for something most of the time; beside the one that runs in a browser there is room for two in Node, however few the processors.
    maxWorkers: 2,
    // As long as any other wait for an event: a second is short on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.web.test.ts', 'test/conformance/**'],
          globalSetup: PORTAL_CONTROL,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        // Found while tests run, it would reload the page under them.
        optimizeDeps: { include: ['xstate/graph', '@statelyai/inspect', 'zen-observable', 'react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'] },
        test: {
          name: 'web',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.node.test.ts', 'test/conformance/**'],
          globalSetup: PORTAL_CONTROL,
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            fileParallelism: false,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromium,
                args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          environment: 'node',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
    ],
  },
});
