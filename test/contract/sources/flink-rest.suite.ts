import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FlinkRest } from '../../../controller/src/sources/flink-rest/contract.ts';

/** A JobManager under test with one RUNNING job that takes checkpoints. */
export interface FlinkRestHarness {
  readonly rest: FlinkRest;
  /** A client where nobody listens. */
  readonly nobody: FlinkRest;
  readonly jobName: string;
  /** The job's jar and the arguments that it is started with. */
  readonly jarFile: string;
  readonly args: readonly string[];
  /** Lets asked-for checkpoints complete, where that does not happen by itself. */
  settle(): Promise<void>;
  dispose(): Promise<void>;
}

const UNKNOWN = '0'.repeat(32);
const patience = { timeout: 30_000, interval: 200 };

/** What every `FlinkRest` promises. The tests build on each other. */
export function flinkRestSuite(name: string, make: () => Promise<FlinkRestHarness>): void {
  describe(`Flink REST: ${name}`, () => {
    let harness: FlinkRestHarness;
    let id: string;
    beforeAll(async () => {
      harness = await make();
      id = (await harness.rest.jobs()).find((job) => job.name === harness.jobName)?.id ?? '';
    });
    afterAll(() => harness.dispose());

    it('tells of the job and its graph, upstream first', async () => {
      const job = await harness.rest.job(id);
      expect(job).toMatchObject({ name: harness.jobName, state: 'RUNNING', scheduler: 'Adaptive', endedAt: null });
      expect(job.enteredAt.RUNNING).toBeGreaterThanOrEqual(job.startedAt);
      const [first, ...others] = job.vertices;
      expect(first?.inputs).toEqual([]);
      for (const vertex of others) expect(job.vertices.map((one) => one.id)).toContain(vertex.inputs[0]);
    });

    it('tells what it knows nothing of from what nobody answers', async () => {
      const { rest, nobody } = harness;
      await expect(rest.job(UNKNOWN)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(rest.checkpoints(UNKNOWN)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(rest.checkpointTrigger(id, UNKNOWN)).rejects.toMatchObject({ kind: 'notFound' });
      await expect(nobody.jobs()).rejects.toMatchObject({ kind: 'unreachable' });
      await expect(rest.jobs(AbortSignal.abort())).rejects.toMatchObject({ kind: 'timeout' });
    });

    it('says whether a cancel keeps the checkpoints', async () => {
      expect(await harness.rest.checkpointConfig(id)).toMatchObject({ keptOnCancel: true });
    });

    it('takes a checkpoint on demand and reports it', async () => {
      const { rest } = harness;
      const trigger = '1'.repeat(32);
      await rest.triggerCheckpoint(id, trigger);
      await harness.settle();
      const status = await vi.waitFor(async () => {
        const answer = await rest.checkpointTrigger(id, trigger);
        if (answer.state === 'InProgress') throw new Error('in progress');
        return answer;
      }, patience);
      expect(status.state).toBe('Completed');
      const wanted = status.state === 'Completed' ? status.checkpointId : -1;
      await vi.waitFor(async () => {
        const found = (await rest.checkpoints(id)).history.find((one) => one.id === wanted);
        expect(found).toMatchObject({ status: 'COMPLETED', path: expect.stringContaining(`chk-${wanted}`) as string });
      }, patience);
    });

    it('reads back the requirements that it wrote', async () => {
      const { rest } = harness;
      const vertices = (await rest.job(id)).vertices.map((vertex) => vertex.id);
      const wanted = Object.fromEntries(vertices.map((vertex) => [vertex, { lower: 1, upper: 2 }]));
      await rest.setRequirements(id, wanted);
      expect(await rest.requirements(id)).toEqual(wanted);
    });

    it('starts a run under a given id once, and from the point that it is given', async () => {
      const { rest, jarFile } = harness;
      const point = await vi.waitFor(async () => {
        const path = (await rest.checkpoints(id)).latest?.path;
        if (typeof path !== 'string') throw new Error('no checkpoint yet');
        return path;
      }, patience);
      const jar = await rest.uploadJar(jarFile);
      expect((await rest.jars()).map((one) => one.id)).toContain(jar);
      await rest.cancel(id);
      await vi.waitFor(async () => expect((await rest.job(id)).state).toBe('CANCELED'), patience);
      const jobId = '2'.repeat(32);
      const run = { jobId, args: harness.args, savepointPath: point, claimMode: 'NO_CLAIM' } as const;
      expect(await rest.runJar(jar, run)).toBe(jobId);
      await expect(rest.runJar(jar, run)).rejects.toMatchObject({ kind: 'conflict' });
      await vi.waitFor(async () => {
        expect((await rest.checkpoints(jobId)).restored).toMatchObject({ path: point });
      }, patience);
    });
  });
}
