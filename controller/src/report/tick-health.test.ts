import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { createTickHealth } from './tick-health.ts';

it('is ready after the first tick, and lives while ticks end within ten ticks', async () => {
  const clock = new FakeClock();
  const health = createTickHealth(clock, 1000);
  expect([health.ready(), health.live()]).toEqual([false, true]);
  await clock.advance(10_000);
  expect(health.live()).toBe(true);
  await clock.advance(1);
  expect(health.live()).toBe(false);
  health.finished();
  expect([health.ready(), health.live()]).toEqual([true, true]);
});
