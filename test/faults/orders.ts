import type { FakeJob } from '../../controller/src/platforms/fake-job.ts';
import type { Order } from './world.ts';

const RUN = 'a'.repeat(32);
const point = (id: number): string => `/checkpoints/${RUN}/chk-${id}`;

/** Three restore points, newest last, of which the given ones work. */
export const points = (...works: boolean[]): Map<string, boolean> =>
  new Map(works.map((ok, index) => [point(index + 5), ok]));

const fail = (job: FakeJob): void => {
  job.runs[0]!.state = 'FAILED';
};
const base = { name: 'topup' };

/** Every action that the platform can do, from the state in which it is wanted. */
export const ORDERS: Readonly<Record<string, () => Order>> = {
  'RestartFromCheckpoint of a failed job': () => ({ job: base, action: 'RestartFromCheckpoint', arrange: fail }),
  'RestartFromCheckpoint of a running job': () => ({ job: base, action: 'RestartFromCheckpoint' }),
  'RestartFromCheckpoint from the third point': () => ({
    job: { ...base, points: points(true, false, false) },
    action: 'RestartFromCheckpoint',
  }),
  RecreateCluster: () => ({
    job: base,
    action: 'RecreateCluster',
    arrange: (job) => {
      job.jobManager.alive = false;
      fail(job);
    },
  }),
  'RestartTaskManager that ended': () => ({
    job: base,
    action: 'RestartTaskManager',
    params: { pods: ['topup-taskmanager-1'] },
    arrange: (job) => {
      job.taskManagers.get('topup-taskmanager-1')!.alive = false;
    },
  }),
  'RestartTaskManager that hangs': () => ({
    job: base,
    action: 'RestartTaskManager',
    params: { pods: ['topup-taskmanager-0'] },
  }),
  'Rescale up': () => ({
    job: base,
    action: 'Rescale',
    params: { parallelism: { source: 6, sink: 6 }, taskManagers: 4 },
  }),
  'Rescale down': () => ({
    job: { ...base, taskManagerCount: 4 },
    action: 'Rescale',
    params: { parallelism: { source: 1, sink: 1 }, taskManagers: 2 },
  }),
  TriggerCheckpoint: () => ({ job: base, action: 'TriggerCheckpoint' }),
  ScaleTaskManagers: () => ({ job: base, action: 'ScaleTaskManagers', params: { taskManagers: 4 } }),
};
