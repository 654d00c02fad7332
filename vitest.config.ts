import { defineConfig } from 'vitest/config';

const outside = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['controller/src/**/*.test.ts', 'test/unit/**/*.test.ts'] } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'] } },
      // Real components, one file after the other: each brings up to three Flink clusters, and two cores are few.
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], fileParallelism: false, ...outside } },
      { test: { name: 'long', include: ['test/long/**/*.test.ts'], fileParallelism: false, ...outside } },
    ],
  },
});
