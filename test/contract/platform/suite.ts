import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type PlatformAction } from '../../../controller/src/core/model/action.ts';
import { UnsupportedError, chooseStep, startStep } from '../../../controller/src/platforms/contract.ts';
import { type Execution, type Request, contextOf, doneStep, execute, newId, planFor, untilSettled } from './execute.ts';
import type { PlatformHarness } from './harness.ts';

const platformActions = ACTIONS.filter((action): action is PlatformAction => action !== 'Wait' && action !== 'Page');

/**
 * What every platform promises, on one world: each test leaves the job running for the next one.
 * `makeHarness` brings it up.
 */
export function describePlatform(name: string, makeHarness: () => Promise<PlatformHarness>): void {
  describe(`platform ${name}`, () => {
    let harness: PlatformHarness;
    beforeAll(async () => {
      harness = await makeHarness();
    });
    afterAll(() => harness?.dispose());

    async function expectRunning(runs: number, taskManagers: number): Promise<void> {
      expect(await harness.liveRuns()).toHaveLength(runs);
      const { status } = await harness.job();
      expect(status).toMatchObject({
        jobManager: 'Running',
        taskManagers: { wanted: taskManagers, running: taskManagers, ended: [] },
      });
    }

    async function doubled(): Promise<Readonly<Record<string, number>>> {
      return Object.fromEntries(Object.entries(await harness.parallelism()).map(([id, size]) => [id, size * 2]));
    }

    function expectDone({ findings }: Execution): void {
      expect(findings.map(({ step, after }) => ({ step, ...after }))).toEqual(
        findings.map(({ step }) => ({ step, state: 'Done', detail: expect.any(String) })),
      );
    }

    async function requests(): Promise<readonly Request[]> {
      const [pod = ''] = await pods();
      const parallelism = await doubled();
      return [
        { action: 'RestartTaskManager', params: { pods: [pod] } },
        { action: 'Rescale', params: { parallelism, taskManagers: 3 } },
        { action: 'ScaleTaskManagers', params: { taskManagers: 3 } },
        { action: 'TriggerCheckpoint' },
        { action: 'RestartFromCheckpoint' },
        { action: 'RecreateCluster' },
      ];
    }

    /** Pods of the TaskManagers, by their own naming. */
    async function pods(): Promise<readonly string[]> {
      const plan = await planFor(harness, { action: 'RecreateCluster' });
      const starts = plan.filter(({ step }) => step.startsWith('start-taskmanager/'));
      return starts.map(({ step }) => step.slice('start-taskmanager/'.length));
    }

    it('shows the job', async () => {
      const job = await harness.job();
      expect(job.key).toBe(`${job.ref.platform}/${job.ref.namespace}/${job.ref.kind}/${job.ref.name}`);
      expect(job.restUrl).toMatch(/^http:/);
      expect(job.checkpointDirs).not.toEqual([]);
      await expectRunning(1, 2);
    });

    it('plans without writing, with identities that are new each time', async () => {
      const before = await harness.world();
      for (const request of await requests()) {
        const [first, second] = [await planFor(harness, request), await planFor(harness, request)];
        expect(first.map(({ step }) => step)).toEqual(second.map(({ step }) => step));
        expect(new Set(first.map(({ step }) => step)).size).toBe(first.length);
        for (const { key } of first) expect(key).not.toBe('');
        const starts = (plan: typeof first): string[] =>
          plan.filter(({ step }) => step.startsWith('start-')).map(({ key }) => key);
        const keys = [...starts(first), ...starts(second)];
        expect(new Set(keys).size).toBe(keys.length);
      }
      expect(await harness.world()).toBe(before);
    });

    it('says what it can do, and plans nothing else', async () => {
      const job = await harness.job();
      const capabilities = harness.platform.capabilities(job);
      expect(Object.keys(capabilities).sort()).toEqual([...platformActions].sort());
      const refused = platformActions.filter((action) => capabilities[action] !== 'yes');
      for (const action of refused) {
        expect(capabilities[action]).toEqual({ no: expect.stringMatching(/./) });
        await expect(planFor(harness, { action })).rejects.toThrow(UnsupportedError);
      }
    });

    it('finds nothing before it is sent, and looks without writing', async () => {
      const before = await harness.world();
      for (const request of await requests()) {
        const plan = await planFor(harness, request);
        const [step] = plan.filter((it) => !/^(?:choose|await|prove)/.test(it.step));
        const finding = await harness.platform.find(await contextOf(harness, request, { step: step! }));
        expect({ step: step?.step, finding }).toEqual({ step: step?.step, finding: { state: 'Absent' } });
      }
      expect(await harness.world()).toBe(before);
    });

    it('triggers a checkpoint once by its key', async () => {
      const request: Request = { action: 'TriggerCheckpoint' };
      const [step] = await planFor(harness, request);
      const context = await contextOf(harness, request, { step: step! });
      await harness.platform.send(context);
      await harness.platform.send(context).catch(() => undefined);
      const finding = await untilSettled(harness.reopen(), context, harness.patienceMs);
      expect(finding).toMatchObject({ state: 'Done' });
    });

    it('holds the proof of an end while the old run lives', async () => {
      const request: Request = { action: 'RestartFromCheckpoint' };
      const plan = await planFor(harness, request);
      const step = plan.find((it) => it.step === 'prove-ended')!;
      const finding = await harness.platform.find(await contextOf(harness, request, { step }));
      expect(finding).toMatchObject({ state: 'Pending' });
      expect(await harness.liveRuns()).toHaveLength(1);
    });

    it('starts no run without a restore point, and none beside a living one', async () => {
      const request: Request = { action: 'RestartFromCheckpoint' };
      const before = await harness.liveRuns();
      const step = { step: startStep(1), key: newId() };
      await expect(harness.platform.send(await contextOf(harness, request, { step }))).rejects.toThrow(/./);
      expect(await harness.liveRuns()).toEqual(before);
    });

    it('replaces a TaskManager that ended, once', async () => {
      const [pod = ''] = await pods();
      await harness.killTaskManager(pod);
      expect((await harness.job()).status.taskManagers).toEqual({ wanted: 2, running: 1, ended: [pod] });
      const request: Request = { action: 'RestartTaskManager', params: { pods: [pod] } };
      const [start, wait] = await planFor(harness, request);
      expect(start?.step).toBe(`start-taskmanager/${pod}`);
      const context = await contextOf(harness, request, { step: start! });
      await harness.platform.send(context);
      const after = await harness.world();
      expect(await harness.reopen().find(context)).toMatchObject({ state: 'Done' });
      await harness.platform.send(context).catch(() => undefined);
      expect(await harness.world()).toBe(after);
      const waiting = await contextOf(harness, request, { step: wait! });
      expect(await untilSettled(harness.platform, waiting, harness.patienceMs)).toMatchObject({ state: 'Done' });
      await expectRunning(1, 2);
    });

    it('replaces a TaskManager that lives but is stuck', async () => {
      const [, pod = ''] = await pods();
      const execution = await execute(harness, { action: 'RestartTaskManager', params: { pods: [pod] } });
      expectDone(execution);
      expect(execution.plan.map(({ step }) => step)).toEqual([
        `stop-process/${pod}`,
        `start-taskmanager/${pod}`,
        'await-taskmanagers',
      ]);
      await expectRunning(1, 2);
    });

    it('rescales in place, TaskManagers first', async () => {
      const runs = await harness.liveRuns();
      const parallelism = await doubled();
      expectDone(await execute(harness, { action: 'Rescale', params: { parallelism, taskManagers: 3 } }));
      expect(await harness.parallelism()).toEqual(parallelism);
      expect(await harness.liveRuns()).toEqual(runs);
      await expectRunning(1, 3);
    });

    it('scales down: the job first, then the TaskManager that is free', async () => {
      const parallelism = Object.fromEntries(Object.keys(await harness.parallelism()).map((id) => [id, 1]));
      const execution = await execute(harness, { action: 'Rescale', params: { parallelism, taskManagers: 2 } });
      expectDone(execution);
      expect(execution.plan.at(-1)?.step).toBe('stop-free-taskmanager/2');
      expect(await harness.parallelism()).toEqual(parallelism);
      await expectRunning(1, 2);
    });

    it('adds and takes away TaskManagers alone', async () => {
      expectDone(await execute(harness, { action: 'ScaleTaskManagers', params: { taskManagers: 3 } }));
      await expectRunning(1, 3);
      const runs = await harness.liveRuns();
      expectDone(await execute(harness, { action: 'ScaleTaskManagers', params: { taskManagers: 2 } }));
      await expectRunning(1, 2);
      expect(await harness.liveRuns()).toEqual(runs);
    });

    it('restarts from a restore point under the journaled id, once', async () => {
      const [old = ''] = await harness.liveRuns();
      const sizes = await harness.parallelism();
      const point = await harness.restorePoint();
      const execution = await execute(harness, { action: 'RestartFromCheckpoint', points: [point] });
      expectDone(execution);
      const started = execution.plan.find(({ step }) => step === startStep(1))!;
      expect(await harness.liveRuns()).toEqual([started.key]);
      expect(started.key).not.toBe(old);
      // A run may begin at the sizes of its program and grow with its next checkpoint.
      await expect.poll(() => harness.parallelism(), { timeout: 60_000, interval: 500 }).toEqual(sizes);
      const choice = doneStep({ step: chooseStep(1), key: 'round-1' }, point);
      const again = await contextOf(harness, { action: 'RestartFromCheckpoint' }, { step: started, journal: [choice] });
      await harness.platform.send(again).catch(() => undefined);
      expect(await harness.liveRuns()).toEqual([started.key]);
      expect(await harness.reopen().find(again)).toMatchObject({ state: 'Done' });
    });

    it('says that a start failed on its restore point, and starts from the next', async () => {
      const points = [await harness.brokenPoint(), await harness.restorePoint()];
      const { findings, plan } = await execute(harness, { action: 'RestartFromCheckpoint', points });
      expect(findings.find(({ step }) => step === startStep(1))?.after).toMatchObject({
        state: 'Failed',
        onRestorePoint: true,
      });
      expect(findings.at(-1)).toMatchObject({ step: startStep(2), after: { state: 'Done' } });
      expect(await harness.liveRuns()).toEqual([plan.find(({ step }) => step === startStep(2))?.key]);
    });

    it('knows nothing, and says so, when Flink does not answer; a new cluster goes on', async () => {
      const sizes = await harness.parallelism();
      const point = await harness.restorePoint();
      const request: Request = { action: 'RestartFromCheckpoint' };
      const plan = await planFor(harness, request);
      await harness.killJobManager();
      const job = await harness.job();
      expect(job.status.jobManager).toBe('Ended');
      expect(harness.platform.capabilities(job).RestartFromCheckpoint).not.toBe('yes');
      const find = async (name: string): Promise<unknown> =>
        harness.platform.find(await contextOf(harness, request, { step: plan.find(({ step }) => step === name)! }));
      await expect(find(startStep(1))).rejects.toThrow(/./);
      await expect(find('cancel-run')).rejects.toThrow(/./);
      expect(await find('prove-ended')).toMatchObject({ state: 'Pending' });

      const execution = await execute(harness, { action: 'RecreateCluster', points: [point] });
      expectDone(execution);
      expect(await harness.liveRuns()).toEqual([execution.plan.find(({ step }) => step === startStep(1))?.key]);
      // A run may begin at the sizes of its program and grow with its next checkpoint.
      await expect.poll(() => harness.parallelism(), { timeout: 60_000, interval: 500 }).toEqual(sizes);
      await expectRunning(1, 2);
    });
  });
}
