import type { ClusterState } from './cluster-state.ts';
import type { FlinkControl } from './flink-control.ts';

/**
 * The wanted TaskManagers that are registered as the processes that run now. A killed one stays in Flink's list, under
 * the same id, until its heartbeat times out: its last heartbeat is older than the start of the new process.
 */
export async function registeredPods(
  rest: FlinkControl,
  state: ClusterState,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const listed = await rest.taskManagers(signal);
  return state.taskManagers.filter((pod) => {
    const known = listed.find(({ id }) => id === pod);
    if (known === undefined) return false;
    const beat = known.lastHeartbeatAt ?? 0;
    // Flink shows 0 for one that has registered and not sent its first heartbeat yet.
    return beat <= 0 || beat > (state.started[pod]?.at ?? 0);
  });
}
