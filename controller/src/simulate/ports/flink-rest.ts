import { hasEnded } from '../../core/model/snapshot.ts';
import { SourceError } from '../../io/errors.ts';
import type { FlinkRest, FlinkRestFactory, Requirements } from '../../sources/flink-rest/contract.ts';
import { checkpointsOf, configOf, detailsOf, exceptionsOf, restJob } from './flink-answers.ts';
import type { SimulatedJob } from '../model/job.ts';
import type { Run } from '../model/run.ts';
import { refuseWhileDown, restUrlOf, type World } from './world.ts';

/** Flink's REST API over the model: one JobManager a job, found by its address. */
export function simulatedFlinkRest(world: World): FlinkRestFactory {
  return (baseUrl) => new SimulatedFlinkRest(world, baseUrl);
}

class SimulatedFlinkRest implements FlinkRest {
  readonly #world: World;
  readonly #url: string;
  readonly #jars: { id: string; name: string; uploadedAt: number }[] = [];

  constructor(world: World, url: string) {
    this.#world = world;
    this.#url = url;
  }

  jobs(signal?: AbortSignal): ReturnType<FlinkRest['jobs']> {
    return this.#ask(signal, (job) => job.runs.map((run) => restJob(this.#world, job, run)));
  }

  job(id: string, signal?: AbortSignal): ReturnType<FlinkRest['job']> {
    return this.#ask(signal, (job) => detailsOf(this.#world, job, runOf(job, id)));
  }

  checkpoints(id: string, signal?: AbortSignal): ReturnType<FlinkRest['checkpoints']> {
    return this.#ask(signal, (job) => checkpointsOf(this.#world, job, runOf(job, id)));
  }

  checkpointConfig(id: string, signal?: AbortSignal): ReturnType<FlinkRest['checkpointConfig']> {
    return this.#ask(signal, (job) => {
      runOf(job, id);
      return configOf(job);
    });
  }

  exceptions(id: string, signal?: AbortSignal): ReturnType<FlinkRest['exceptions']> {
    return this.#ask(signal, (job) => exceptionsOf(this.#world, runOf(job, id)));
  }

  failure(id: string, signal?: AbortSignal): Promise<string | null> {
    return this.#ask(signal, (job) => runOf(job, id).failure);
  }

  requirements(id: string, signal?: AbortSignal): Promise<Requirements> {
    return this.#ask(signal, (job) => {
      adaptive(job, id);
      const bounds = job.graph.vertices.map(
        (vertex, index) => [vertex.id, { lower: 1, upper: job.wanted[index] ?? 1 }] as const,
      );
      return Object.fromEntries(bounds);
    });
  }

  setRequirements(id: string, requirements: Requirements, signal?: AbortSignal): Promise<void> {
    return this.#ask(signal, (job) => {
      adaptive(job, id);
      const wanted = job.graph.vertices.map((vertex) => requirements[vertex.id]?.upper);
      if (wanted.some((one) => one === undefined)) throw new SourceError('refused', 'Flink REST: HTTP 400', 400);
      job.setWanted(wanted.map((one) => one ?? 1));
    });
  }

  taskManagers(signal?: AbortSignal): ReturnType<FlinkRest['taskManagers']> {
    return this.#ask(signal, ({ taskManagers: { running, slotsEach }, parallelism, running: runs }) => {
      const used = runs ? Math.max(...parallelism) : 0;
      return running.map(({ pod }, index) => {
        const freeSlots = Math.max(0, Math.min(slotsEach, (index + 1) * slotsEach - used));
        return { id: pod, slots: slotsEach, freeSlots, lastHeartbeatAt: this.#world.clock.now() };
      });
    });
  }

  overview(signal?: AbortSignal): ReturnType<FlinkRest['overview']> {
    return this.#ask(signal, ({ taskManagers, parallelism, running }) => ({
      taskManagers: taskManagers.running.length,
      slotsTotal: taskManagers.slots,
      slotsFree: Math.max(0, taskManagers.slots - (running ? Math.max(...parallelism) : 0)),
      version: '2.3.0',
    }));
  }

  cancel(id: string, signal?: AbortSignal): Promise<void> {
    return this.#ask(signal, (job) => {
      const { state } = runOf(job, id);
      if (state === 'CANCELED') return;
      if (hasEnded(state)) throw new SourceError('conflict', 'Flink REST: HTTP 409', 409);
      job.cancel();
    });
  }

  jars(signal?: AbortSignal): ReturnType<FlinkRest['jars']> {
    return this.#ask(signal, () => [...this.#jars]);
  }

  uploadJar(path: string, signal?: AbortSignal): Promise<string> {
    return this.#ask(signal, () => {
      const name = path.split('/').at(-1) ?? path;
      const id = `${this.#jars.length}_${name}`;
      this.#jars.push({ id, name, uploadedAt: this.#world.clock.now() });
      return id;
    });
  }

  runJar(jarId: string, run: Parameters<FlinkRest['runJar']>[1], signal?: AbortSignal): Promise<string> {
    return this.#ask(signal, (job) => {
      const { jobId, savepointPath } = run;
      if (!this.#jars.some(({ id }) => id === jarId) || savepointPath === undefined) {
        throw new SourceError('refused', 'Flink REST: HTTP 400', 400);
      }
      if (job.runs.some(({ flinkJobId }) => flinkJobId === jobId)) {
        throw new SourceError('conflict', 'Flink REST: a job of this id is known already', 400);
      }
      job.start(jobId, savepointPath);
      return jobId;
    });
  }

  triggerCheckpoint(id: string, triggerId: string, signal?: AbortSignal): Promise<void> {
    return this.#ask(signal, (job) => {
      const { triggers, state } = runOf(job, id);
      if (state !== 'RUNNING') throw new SourceError('conflict', 'Flink REST: HTTP 409', 409);
      if (!triggers.has(triggerId)) triggers.set(triggerId, null);
    });
  }

  checkpointTrigger(id: string, triggerId: string, signal?: AbortSignal): ReturnType<FlinkRest['checkpointTrigger']> {
    return this.#ask(signal, (job) => {
      const found = runOf(job, id).triggers.get(triggerId);
      if (found === undefined) throw new SourceError('notFound', 'Flink REST: HTTP 404', 404);
      if (found === null) return { state: 'InProgress' };
      return found === 'failed' ? { state: 'Failed' } : { state: 'Completed', checkpointId: found };
    });
  }

  async #ask<T>(signal: AbortSignal | undefined, answer: (job: SimulatedJob) => T): Promise<T> {
    if (signal?.aborted === true) throw new SourceError('timeout', 'Flink REST: given up by the caller');
    this.#world.advance();
    refuseWhileDown(this.#world, 'Flink REST');
    const job = [...this.#world.model.jobs.values()].find(({ name }) => restUrlOf(name) === this.#url);
    if (job?.jobManager.answers !== true) throw new SourceError('unreachable', 'Flink REST: ECONNREFUSED');
    return answer(job);
  }
}

function runOf(job: SimulatedJob, id: string): Run {
  const run = job.runs.find(({ flinkJobId }) => flinkJobId === id);
  if (run === undefined) throw new SourceError('notFound', 'Flink REST: HTTP 404', 404);
  return run;
}

function adaptive(job: SimulatedJob, id: string): void {
  runOf(job, id);
  if (job.spec.schedulerMode !== 'in-place') throw new SourceError('status', 'Flink REST: HTTP 500', 500);
}
