import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDrey } from '../../drey.ts';
import { type Lab, startLab } from '../../lab.ts';
import type { FlinkLine } from '../../versions.ts';
import { measured } from '../measured.ts';
import { jobView, remediations, rescaleCount, runningRun, until, untilSteady } from '../watch.ts';

/** Milliseconds a record costs each vertex: each is at about 60 % at the start, and no ideal size is near a whole number. */
const COSTS = { source: 18, count: 20, sink: 16.6 };
const START = 145;
const PARALLELISM = 5;
const UTILIZATION = 0.75;
const OBJECTIVE_MS = 30_000;

/** Cases of a step of the demand, in a lab of their own. */
export function describeRescale(line: FlinkLine): void {
  describe(`a step of the demand on Flink ${line}`, { timeout: 900_000 }, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab({
        prometheus: true,
        flink: {
          flinkVersion: line,
          name: 'step',
          taskManagers: 2,
          slotsPerTaskManager: 4,
          parallelism: PARALLELISM,
          rate: START,
          args: Object.entries(COSTS).flatMap(([vertex, ms]) => [`--${vertex}-ms`, String(ms)]),
        },
      });
    });
    afterAll(() => lab.stop());

    it('answers a step to three times the demand with one rescale of the right size, in place', async () => {
      const cluster = lab.flink!;
      const drey = await startDrey(cluster, lab.table);
      await untilSteady(drey);
      const before = await runningRun(cluster);
      const stepAt = await cluster.topup.rate(3 * START);

      const decided = await until(async () => (await remediations(cluster))[0], {
        what: 'a rescale is decided',
        withinMs: 180_000,
      });
      let peakLagMs = 0;
      let lastOverAt = stepAt;
      await until(
        async () => {
          const { lagMs } = await jobView(drey);
          if (lagMs === null) return undefined;
          peakLagMs = Math.max(peakLagMs, lagMs);
          if (lagMs > OBJECTIVE_MS) lastOverAt = Date.now();
          const [one] = await remediations(cluster);
          return one?.status.phase === 'Succeeded' && lagMs < OBJECTIVE_MS && Date.now() - lastOverAt > 20_000;
        },
        { what: 'the rescale is verified and lag is back under the objective', withinMs: 360_000 },
      );

      const run = await runningRun(cluster);
      expect(run?.id).toBe(before?.id);
      const details = await (await cluster.rest()).job(run!.id);
      const sizes = details.vertices.map(({ name, parallelism }) => {
        const cost = name.startsWith('Source') ? COSTS.source : name === 'count' ? COSTS.count : COSTS.sink;
        return { name, parallelism, ideal: (3 * START * cost) / 1000 / UTILIZATION };
      });
      const rescales = await rescaleCount(lab.prometheus!.url, cluster);
      const view = await jobView(drey);
      const all = await remediations(cluster);
      const checkpoint = all[0]?.status.steps.find(({ step }) => step === 'trigger-checkpoint')?.detail;
      const { restored } = await (await cluster.rest()).checkpoints(run!.id);
      await measured('step to 3 times the demand', {
        flink: line,
        decidedAfterS: (decided.createdAt - stepAt) / 1000,
        rescaledAfterS: ((all[0]?.status.endedAt ?? Number.NaN) - stepAt) / 1000,
        underObjectiveAfterS: (lastOverAt - stepAt) / 1000,
        peakLagS: peakLagMs / 1000,
        rescales,
        checkpoint,
        restoredFrom: restored?.id,
        taskManagers: view.taskManagers,
        sizes,
      });

      expect(all).toHaveLength(1);
      // Little is replayed: the size was taken with the checkpoint that was asked for, or a newer one.
      const asked = Number(/^checkpoint (\d+) completed$/.exec(checkpoint ?? '')?.[1]);
      if (line === '1.20' || !Number.isNaN(asked)) expect(restored?.id).toBeGreaterThanOrEqual(asked);
      expect(rescales).toBe(1);
      for (const { parallelism, ideal } of sizes) {
        const needed = Math.ceil(ideal);
        expect(parallelism).toBeGreaterThanOrEqual(needed);
        expect(parallelism).toBeLessThanOrEqual(Math.max(needed + 1, Math.floor(needed * 1.25)));
      }
      expect(view.taskManagers).toEqual({ wanted: 3, registered: 3 });
      expect(decided.createdAt - stepAt).toBeLessThan(180_000);
      expect(lastOverAt - stepAt).toBeLessThan(3 * 180_000);
      const counts = await cluster.topup.counts();
      expect(counts).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
    });
  });
}
