import { defineConfig } from 'vitest/config';

/** `unit` is pure and fast, `contract` meets real servers, `acceptance` starts what dist holds, `lab` upgrades real hosts. */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // What is pure leaves nothing behind for the next file, and half of the time went into loading the sources for each.
          isolate: false,
          // They take milliseconds; a busy machine may take its time all the same.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: 'test/contract/support/machine.ts',
          // Servers may have to be built first.
          hookTimeout: 20 * 60_000,
          testTimeout: 60_000,
        },
      },
      { test: { name: 'acceptance', include: ['test/acceptance/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          globalSetup: 'test/lab/support/machine.ts',
          hookTimeout: 40 * 60_000,
          testTimeout: 40 * 60_000,
        },
      },
    ],
  },
});
