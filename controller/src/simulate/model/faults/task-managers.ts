import type { SimulatedJob } from '../job.ts';
import type { TaskManager } from '../task-managers.ts';
import type { FaultKind } from './fault.ts';

/** Faults of TaskManagers. The platform replaces those that ended by itself. */
export const taskManagerFaults = {
  taskManagerLost: {
    summary: 'A TaskManager ends; the platform starts it again',
    begin: (job) => lose(job, job.taskManagers.running.slice(-1), { startFactor: 1, message: LOST }),
    healed: allUp,
  },
  nodeLost: {
    summary: 'Half of the TaskManagers end at once',
    begin: (job) => {
      const { running } = job.taskManagers;
      lose(job, running.slice(-Math.ceil(running.length / 2)), { startFactor: 2, message: LOST });
    },
    healed: allUp,
  },
  taskManagerStuck: {
    summary: 'A TaskManager lives but processes nothing',
    begin: (job) => {
      const [first] = job.taskManagers.running;
      if (first !== undefined) first.stuck = true;
    },
    healed: (job) => !job.taskManagers.all.some(({ stuck, state }) => stuck && state !== 'ended'),
  },
  outOfMemory: {
    summary: 'The kernel kills a TaskManager again and again',
    everyS: 300,
    step: (job, fault) => {
      if (job.now < fault.due) return;
      fault.due = job.now + fault.everyS;
      lose(job, job.taskManagers.running.slice(-1), { startFactor: 1, message: `${LOST} Exit code 137.` });
    },
    healed: () => false,
  },
  metaspaceExhausted: {
    summary: 'Every start fails on TaskManagers that are old',
    begin: (job) => job.failover(metaspace(job)),
    step: (job) => {
      if (job.running && job.now - (job.run?.since ?? 0) >= START_S) job.failover(metaspace(job));
    },
    healed: (job, fault) =>
      job.taskManagers.all.every(({ startedAt, state }) => startedAt > fault.since && state === 'running'),
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

/** How long a start goes on before its classes no longer fit, seconds. */
const START_S = 5;
const LOST =
  'org.apache.flink.runtime.io.network.netty.exception.RemoteTransportException: Connection unexpectedly closed by remote task manager. This might indicate that the remote task manager was lost.';

function lose(
  job: SimulatedJob,
  lost: readonly TaskManager[],
  { startFactor, message }: { readonly startFactor: number; readonly message: string },
): void {
  const startS = (startFactor * job.spec.downtime.taskManagerStart) / 1000;
  for (const { pod } of lost) {
    job.taskManagers.start(pod, { now: job.now, startS });
    job.note('taskManager', `${pod} ended; the platform starts it again`);
  }
  const [first] = lost;
  if (first !== undefined) job.failover({ name: nameOf(message), message, taskManager: first.pod });
}

function allUp(job: SimulatedJob): boolean {
  return job.taskManagers.all.every(({ state }) => state === 'running');
}

function metaspace(job: SimulatedJob): { name: string; message: string; taskManager: string | null } {
  const message = 'java.lang.OutOfMemoryError: Metaspace. The metaspace out-of-memory error has occurred.';
  return { name: nameOf(message), message, taskManager: job.taskManagers.running[0]?.pod ?? null };
}

function nameOf(message: string): string {
  return message.split(':')[0] ?? message;
}
