import { describe, expect, it } from 'vitest';
import { isClosed } from '../../controller/src/core/model/remediation.ts';
import { ORDERS } from './orders.ts';
import { Crash, World } from './world.ts';
import type { Order, StoreKind } from './world.ts';

/** What a world looks like after an action, whatever happened to Drey meanwhile. */
function stateOf(world: World): unknown {
  const { job } = world;
  return {
    running: world.running,
    parallelism: job.parallelism,
    taskManagers: [...job.taskManagers].map(([pod, { alive }]) => `${pod} ${alive}`),
    points: job.points.size,
    effects: world.platform.effects.map((effect) => effect.step),
  };
}

async function undisturbed(order: Order): Promise<World> {
  const world = await World.create(order, 'memory');
  expect(await world.start()).toMatchObject({ ok: true });
  await world.prove();
  expect((await world.remediations()).map((one) => one.status.phase)).toEqual(['Succeeded']);
  return world;
}

/** One process ends at the nth point; the next goes on, deciding again where nothing had been done. */
async function crashed(order: Order, kind: StoreKind, n: number): Promise<World> {
  const world = await World.create(order, kind);
  world.crashAt(n);
  const begun = await world.start();
  if (!(begun instanceof Crash)) await world.prove();
  const before = world.written.length;
  await world.clock.advance(60_000);
  expect(world.written).toHaveLength(before);
  await world.restart();
  await world.prove();
  const last = (await world.remediations()).at(-1);
  if (last === undefined || last.status.phase === 'Superseded') {
    expect(await world.start()).toMatchObject({ ok: true });
    await world.prove();
  }
  return world;
}

for (const kind of ['memory', 'file'] as const) {
  describe(`Drey ends at every crash point, ${kind} store`, () => {
    for (const [name, order] of Object.entries(ORDERS)) {
      it(name, async () => {
        const calm = await undisturbed(order());
        expect(calm.points.length).toBeGreaterThanOrEqual(10);
        for (const [n, point] of calm.points.entries()) {
          const world = await crashed(order(), kind, n);
          const at = `ended at ${n}: ${point}`;
          expect(stateOf(world), at).toEqual(stateOf(calm));
          expect(world.running, at).toHaveLength(1);
          expect(world.platform.duplicatedEffects(), at).toBe(0);
          expect(world.platform.resends, at).toBe(0);
          expect(world.platform.counters, at).toEqual({ overlappingRuns: 0, emptyStarts: 0, stateLosses: 0 });
          const all = await world.remediations();
          expect(
            all.filter((one) => !isClosed(one)),
            at,
          ).toEqual([]);
          expect(
            all.map((one) => one.status.phase).filter((phase) => phase === 'Succeeded'),
            at,
          ).toEqual(['Succeeded']);
          await world.dispose();
        }
      });
    }
  });
}
