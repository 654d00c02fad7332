import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isClosed } from '../../controller/src/core/model/remediation.ts';
import type { FakeFailure } from '../../controller/src/platforms/fake.ts';
import { ORDERS, points } from './orders.ts';
import { World } from './world.ts';

const SEED = 20_271;
const RUNS = 150;
const STEPS = ['.', 'start', 'cancel-run', 'prove-ended', 'stop', 'await', 'put-requirements', 'trigger'];

const failure = fc.record({
  step: fc.constantFrom(...STEPS),
  when: fc.constantFrom<FakeFailure['when']>('before', 'after', 'find', 'pending'),
  times: fc.integer({ min: 1, max: 40 }),
});

const history = fc.record({
  order: fc.constantFrom(...Object.keys(ORDERS)),
  works: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  failures: fc.array(failure, { maxLength: 4 }),
  crashes: fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 4 }),
  gapMs: fc.integer({ min: 0, max: 900_000 }),
});

/** What must hold at every moment. */
function hold(world: World): void {
  const { platform } = world;
  expect(platform.counters).toEqual({ overlappingRuns: 0, emptyStarts: 0, stateLosses: 0 });
  expect(platform.resends).toBe(0);
  expect(world.running.length).toBeLessThanOrEqual(1);
}

it(`any order, failures and ends of Drey keep the promises (seed ${SEED}, ${RUNS} histories)`, async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ order: name, works, failures, crashes, gapMs }) => {
      const order = ORDERS[name]!();
      const world = await World.create({ ...order, job: { ...order.job, points: points(...works) } }, 'memory');
      for (const { step, ...rest } of failures) world.platform.fail({ ...rest, step: new RegExp(step) });
      for (const [index, crash] of [...crashes, Number.POSITIVE_INFINITY].entries()) {
        if (index > 0) await world.restart();
        hold(world);
        world.crashAt(crash);
        await world.start();
        await world.prove(40);
        hold(world);
        await world.clock.advance(gapMs);
      }
      await world.restart();
      await world.prove();
      hold(world);

      const all = await world.remediations();
      expect(all.filter((one) => !isClosed(one))).toEqual([]);
      expect(new Set(all.map((one) => one.name)).size).toBe(all.length);
      // Every effect was written down before, under its key; none twice.
      const journaled = all
        .flatMap((one) => one.status.steps)
        .filter((step) => step.sentAt !== null || step.state === 'Sent');
      const keys = new Set(all.flatMap((one) => one.spec.plan).map((step) => `${step.step} ${step.key}`));
      const effects = world.platform.effects.map((one) => `${one.step} ${one.key}`);
      expect(effects.filter((effect) => !keys.has(effect))).toEqual([]);
      const sent = new Set(journaled.map((step) => `${step.step} ${step.key}`));
      expect(effects.filter((effect) => !sent.has(effect))).toEqual([]);
      expect(new Set(effects).size).toBe(effects.length);
      // A job without a run has a remediation that says why.
      if (world.running.length === 0) expect(all.some((one) => one.status.phase === 'Failed')).toBe(true);
    }),
    { seed: SEED, numRuns: RUNS },
  );
}, 120_000);
