import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDrey } from './drey.ts';
import { type Lab, startLab } from './lab.ts';
import { measured } from './rows/measured.ts';
import { type TaskManagerWatch, watchTaskManagers } from './rows/task-managers.ts';
import { jobView, query, remediations, runningRun, until, untilSteady } from './rows/watch.ts';

/** Milliseconds a record costs each vertex: no ideal size at the base rate is near a whole number. */
const COSTS = { source: 18, count: 18.5, sink: 16.6 };
const BASE = 145;
const STEP = 2.4 * BASE;
const UTILIZATION = 0.75;
/** Looks at Flink's list are 50 ms apart and take some more. */
const LOOK_MS = 500;
const OBJECTIVE_MS = 30_000;
const AFTER_MS = 60_000;

let lab: Lab;
let watch: TaskManagerWatch | undefined;
beforeAll(async () => {
  lab = await startLab({
    prometheus: true,
    flink: {
      name: 'fall',
      taskManagers: 1,
      slotsPerTaskManager: 4,
      parallelism: 4,
      rate: BASE,
      args: Object.entries(COSTS).flatMap(([vertex, ms]) => [`--${vertex}-ms`, String(ms)]),
      // Slots that the job gave back count as in use until then; 50 s by default.
      flinkConf: { 'slot.idle.timeout': '5 s' },
      policy: {
        autoscale: {
          maxLag: '30s',
          catchUp: '2m',
          taskManagers: { max: 10 },
          // One step of any size: the wanted one is then the ideal of the load.
          scaleDown: { after: '1m', maxShare: 0.7 },
        },
        safety: { cooldown: '20s' },
      },
    },
  });
});
afterAll(async () => {
  await watch?.stop();
  await lab.stop();
});

it('gives back what a passed step needed, once, and only TaskManagers without slots in use', {
  timeout: 600_000,
}, async () => {
  const cluster = lab.flink!;
  const drey = await startDrey(cluster, lab.table);
  await untilSteady(drey);
  const before = await runningRun(cluster);
  await cluster.topup.rate(STEP);
  await until(async () => (await remediations(cluster))[0]?.status.phase === 'Succeeded' && (await untilSteady(drey)), {
    what: 'the step is answered',
    withinMs: 360_000,
  });
  const { taskManagers: large } = await jobView(drey);
  watch = watchTaskManagers(lab, cluster);
  const restartsBefore = await restarts('fall');

  const fellAt = await cluster.topup.rate(BASE);
  let peakLagMs = 0;
  const down = await until(
    async () => {
      const [{ lagMs }, counts] = [await jobView(drey), await cluster.topup.counts()];
      peakLagMs = Math.max(peakLagMs, lagMs ?? 0, counts.at - (counts.newestEventAt ?? Number.NaN));
      const second = (await remediations(cluster))[1];
      return second?.status.phase === 'Succeeded' && second;
    },
    { what: 'the job is scaled down and that is verified', withinMs: 400_000 },
  );
  // Long enough for the restart that a wrong release would cause: Flink misses a TaskManager after 10 s.
  const quietUntil = (down.status.endedAt ?? 0) + 30_000;
  await until(async () => Date.now() > quietUntil, { what: 'some time after the release', withinMs: 60_000 });

  const released = await watch.stop();
  const run = await runningRun(cluster);
  const { vertices } = await (await cluster.rest()).job(run!.id);
  const sizes = vertices.map(({ name, parallelism }) => {
    const cost = name.startsWith('Source') ? COSTS.source : name === 'count' ? COSTS.count : COSTS.sink;
    return { name, parallelism, ideal: (BASE * cost) / 1000 / UTILIZATION };
  });
  const all = await remediations(cluster);
  const view = await jobView(drey);
  const restartsAfter = await restarts('fall');
  await measured('demand falls back after a step', {
    decidedAfterS: (down.createdAt - fellAt) / 1000,
    releasedAfterS: ((down.status.endedAt ?? Number.NaN) - fellAt) / 1000,
    peakLagS: peakLagMs / 1000,
    taskManagers: { before: large?.registered, after: view.taskManagers?.registered },
    released,
    sizes,
  });

  expect(all.map(({ spec, status }) => [spec.incident.cause, spec.action, status.phase])).toEqual([
    ['UnderProvisioned', 'Rescale', 'Succeeded'],
    ['OverProvisioned', 'Rescale', 'Succeeded'],
  ]);
  expect(down.createdAt - fellAt).toBeGreaterThanOrEqual(AFTER_MS);
  expect(down.createdAt - fellAt).toBeLessThan(3 * AFTER_MS);
  for (const { parallelism, ideal } of sizes) expect(parallelism).toBe(Math.ceil(ideal));
  expect(peakLagMs).toBeLessThan(OBJECTIVE_MS);

  // Of those that ended each had all its slots free when Flink last showed it; there was no other loss.
  expect(view.taskManagers).toEqual({ wanted: 1, registered: 1 });
  expect(released).toHaveLength((large?.registered ?? Number.NaN) - 1);
  // A look that a busy machine took long before the end tells nothing; a slot in use would show as a restart below.
  const inUse = released.filter((one) => one.freeSlots < one.slots && one.endedAt - one.shownAt < LOOK_MS);
  expect(inUse).toEqual([]);

  // The same run, restarted by its rescale and by nothing else.
  expect(run?.id).toBe(before?.id);
  expect(restartsAfter).toEqual({ restarts: restartsBefore.restarts + 1, rescales: restartsBefore.rescales + 1 });
  expect(await cluster.topup.counts()).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
});

/** Flink's counts of the job's restarts, rescales included, and of its rescales. */
async function restarts(cluster: string): Promise<{ readonly restarts: number; readonly rescales: number }> {
  const value = async (name: string): Promise<number> => {
    const selector = `max(flink_jobmanager_job_${name}{namespace="local",pod="${cluster}-jobmanager-0"})`;
    return Number((await query(lab.prometheus!.url, selector))[0]?.value[1]);
  };
  return { restarts: await value('numRestarts'), rescales: await value('numRescales') };
}
