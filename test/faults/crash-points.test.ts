import { describe, expect, it } from 'vitest';
import { isClosed } from '../../controller/src/core/model/remediation.ts';
import type { Phase, Remediation } from '../../controller/src/core/model/remediation.ts';
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

const phasesOf = (all: readonly Remediation[], phase: Phase): number =>
  all.filter((one) => one.status.phase === phase).length;

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
      it(`${name}`, async () => {
        const calm = await undisturbed(order());
        expect(calm.points.length).toBeGreaterThanOrEqual(10);
        for (const [n, point] of calm.points.entries()) {
          const world = await crashed(order(), kind, n);
          const at = `ended at ${n}: ${point}`;
          const all = await world.remediations();
          const { counters, resends } = world.platform;
          const found = { at, state: stateOf(world), running: world.running.length, counters, resends };
          const phases = { open: all.filter((one) => !isClosed(one)), succeeded: phasesOf(all, 'Succeeded') };
          expect({ ...found, ...phases, duplicated: world.platform.duplicatedEffects() }).toEqual({
            at,
            state: stateOf(calm),
            running: 1,
            counters: { overlappingRuns: 0, emptyStarts: 0, stateLosses: 0 },
            resends: 0,
            open: [],
            succeeded: 1,
            duplicated: 0,
          });
          await world.dispose();
        }
      }, 60_000);
    }
  });
}
