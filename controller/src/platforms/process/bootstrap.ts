import type { Cluster } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import type { FlinkControl, FlinkControlFactory } from './flink-control.ts';
import { registeredPods } from './registered.ts';

/** For the TaskManagers to register after a first start. */
const WAIT_MS = 90_000;

/** `adopted`: there was a record or a process of it. */
export type BootstrapResult = 'started' | 'adopted';

/**
 * Starts a brand-new cluster: no record of it, and no process. An existing one is adopted as it is: what is missing
 * there was lost, and is evidence. A first start that was cut off is finished. Submits no job.
 * Throws when the TaskManagers don't register in time.
 */
export async function bootstrapCluster(
  cluster: Cluster,
  flink: FlinkControlFactory,
  signal: AbortSignal,
): Promise<BootstrapResult> {
  const before = await cluster.state();
  if (before?.bootstrapped === true) return 'adopted';
  if (before === null && (await cluster.processes()).length > 0) return 'adopted';
  const state = await cluster.update((now) => ({ ...now, incarnation: Math.max(now.incarnation, 1) }));
  const alive = await cluster.pods(state);
  for (const pod of [cluster.layout.jobManager, ...state.taskManagers]) {
    if (alive.has(pod)) continue;
    await cluster.start({ pod, step: `bootstrap/${pod}`, incarnation: state.incarnation });
  }
  await untilRegistered(cluster, flink, signal);
  await cluster.update((now) => ({ ...now, bootstrapped: true }));
  return 'started';
}

async function untilRegistered(cluster: Cluster, flink: FlinkControlFactory, signal: AbortSignal): Promise<void> {
  const until = cluster.clock.now() + WAIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const state = await cluster.state();
    if (state === null) throw new Error(`${cluster.layout.stateFile} is gone`);
    await throwIfEnded(cluster, state);
    const rest = flink(`http://127.0.0.1:${state.restPort}`);
    if ((await registered(rest, state, signal)) >= state.taskManagers.length) return;
    if (cluster.clock.now() >= until) throw new Error(`cluster ${cluster.config.name}: no full start in ${WAIT_MS} ms`);
    await cluster.clock.sleep(250, signal);
  }
}

async function throwIfEnded(cluster: Cluster, state: ClusterState): Promise<void> {
  const alive = await cluster.pods(state);
  const ended = Object.keys(state.started).find((pod) => !alive.has(pod));
  if (ended !== undefined) throw new Error(`${ended} ended: see ${cluster.layout.logOf(ended)}`);
}

async function registered(rest: FlinkControl, state: ClusterState, signal: AbortSignal): Promise<number> {
  try {
    return (await registeredPods(rest, state, signal)).length;
  } catch {
    return 0; // The JobManager does not answer yet.
  }
}
