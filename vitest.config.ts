import { defineConfig } from 'vitest/config';

// Provisioning may take both cores meanwhile: nothing here is about time.
const busy = { testTimeout: 30_000, hookTimeout: 30_000 };
const outside = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', ...busy, include: ['controller/src/**/*.test.ts', 'test/unit/**/*.test.ts'] } },
      { test: { name: 'contract', ...busy, include: ['test/contract/**/*.test.ts'] } },
      { test: { name: 'faults', ...busy, include: ['test/faults/**/*.test.ts'] } },
      // Real components, one file after the other: each brings up to three Flink clusters, and two cores are few. Two
      // files at a time take two thirds of the time, and now and then a figure misses its bound.
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], fileParallelism: false, ...outside } },
      { test: { name: 'long', include: ['test/long/**/*.test.ts'], fileParallelism: false, ...outside } },
    ],
  },
});
