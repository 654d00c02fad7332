import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Freshness } from '../../../../controller/src/core/model/input.ts';
import { type Lab, startLab } from '../../lab.ts';
import type { Fault } from '../../proxy/fault.ts';
import type { FlinkLine } from '../../versions.ts';
import { measured } from '../measured.ts';
import { failForGood, newRun, type Watched, watched } from '../scenario.ts';
import { explain, remediations, rescaleCount, until, untilSteady } from '../watch.ts';

const TICK_MS = 5000;

/** What is done to Prometheus' answers, and what Drey must say of the vertices' input then. */
// Neighbours differ, so that an answer of the fault before is not taken for one of this.
const FAULTS: readonly (readonly [Fault, readonly Freshness[]])[] = [
  [{ mode: 'absent' }, ['absent']],
  [{ mode: 'error' }, ['error']],
  [{ mode: 'nan' }, ['nan']],
  [{ mode: 'reset' }, ['error']],
  [{ mode: 'zero' }, ['implausible']],
  [{ mode: 'slow', ms: 8000 }, ['error']],
  [{ mode: 'partial', pods: ['faults-taskmanager-1'] }, ['partial']],
  [{ mode: 'stale' }, ['stale']],
];

/** Cases of one job, one story, in a lab of its own: each begins where the one before ended. */
export function describeSourceFaults(line: FlinkLine): void {
  describe(`with a source that fails on Flink ${line}`, { timeout: 600_000 }, () => {
    let lab: Lab;
    let job: Watched;
    beforeAll(async () => {
      lab = await startLab({ prometheus: true });
      job = await watched(lab, { flinkVersion: line, name: 'faults', taskManagers: 2, slotsPerTaskManager: 2 });
    });
    afterAll(() => lab.stop());

    it('holds every rescale with the reason, whatever Prometheus answers', async () => {
      const { cluster, drey } = job;
      const { proxy } = lab.prometheus!;
      await untilSteady(drey);
      proxy.set({ mode: 'absent' });
      await cluster.topup.rate(360);
      const seen: Record<string, string> = {};
      for (const [fault, expected] of FAULTS) {
        proxy.set(fault);
        const vertices = await until(
          async () => {
            const { inputs, job: view } = await explain(drey);
            const input = inputs.find((one) => one.input === 'vertices');
            return input !== undefined && expected.includes(input.freshness) && { input, view };
          },
          { what: `vertices are ${expected.join(' or ')} under ${fault.mode}`, withinMs: 90_000 },
        );
        seen[fault.mode] = `${vertices.input.freshness}: ${vertices.input.detail}`;
        expect(vertices.view.decision).toMatchObject({ kind: 'Hold', reason: 'InputNotFresh' });
        // Some more ticks under the same fault.
        await sleep(2 * TICK_MS);
        expect((await explain(drey)).job.decision).toMatchObject({ kind: 'Hold', reason: 'InputNotFresh' });
        expect(await remediations(cluster)).toEqual([]);
      }
      await measured('faults of Prometheus', { flink: line, ...seen });
    });

    it('holds while Prometheus is stopped, and still heals a job that Flink itself reports FAILED', async () => {
      const { cluster, drey, runId } = job;
      lab.prometheus!.proxy.set({ mode: 'pass' });
      await lab.prometheus!.stop();
      await until(
        async () => (await explain(drey)).inputs.find((one) => one.input === 'vertices')?.freshness === 'error',
        {
          what: 'Prometheus is missed',
          withinMs: 120_000,
        },
      );
      expect(await remediations(cluster)).toEqual([]);
      await failForGood(cluster, runId);
      await newRun(cluster, runId);
      expect((await remediations(cluster)).map((one) => one.spec.action)).toEqual(['RestartFromCheckpoint']);
    });

    it('acts again after the recovery', async () => {
      const { cluster } = job;
      await lab.prometheus!.start();
      await until(async () => (await remediations(cluster)).at(-1)?.spec.action === 'Rescale', {
        what: 'the rescale that the demand wants',
        withinMs: 240_000,
      });
      await until(async () => (await remediations(cluster)).every((one) => one.status.phase === 'Succeeded'), {
        what: 'both actions are verified',
        withinMs: 240_000,
      });
      expect((await remediations(cluster)).map((one) => one.spec.action)).toEqual(['RestartFromCheckpoint', 'Rescale']);
      expect(await rescaleCount(lab.prometheus!.url, cluster)).toBe(1);
    });
  });
}
