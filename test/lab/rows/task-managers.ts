import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterProcess, clusterProcesses } from '../../../controller/src/platforms/process/processes.ts';
import type { FlinkCluster } from '../flink.ts';
import type { Lab } from '../lab.ts';

/** A TaskManager whose process ended, as Flink showed it at the last look while it lived. */
export interface EndedTaskManager {
  readonly pod: string;
  /** pid@start. */
  readonly identity: string;
  readonly slots: number;
  readonly freeSlots: number;
  /** When Flink was last asked for its list. */
  readonly shownAt: number;
  readonly endedAt: number;
}

/** Looks at a cluster's TaskManagers all the time. */
export interface TaskManagerWatch {
  /** Those that ended meanwhile, in order. Throws on one that Flink never showed. */
  stop(): Promise<readonly EndedTaskManager[]>;
}

/** Living processes of a cluster that are pods themselves. */
export async function podProcesses(lab: Lab, { name }: FlinkCluster): Promise<readonly ClusterProcess[]> {
  const known = lab.table.clusters.find((one) => one.name === name);
  return (await clusterProcesses(known!.clusterId)).filter(({ main }) => main);
}

/** Watches which TaskManagers end, and what Flink said of their slots before. */
export function watchTaskManagers(lab: Lab, cluster: FlinkCluster): TaskManagerWatch {
  const ended: EndedTaskManager[] = [];
  let stopped = false;
  const jobManager = `${cluster.name}-jobmanager-0`;
  const watching = (async () => {
    let shown = new Map<string, { readonly slots: number; readonly freeSlots: number; readonly shownAt: number }>();
    let alive: readonly ClusterProcess[] = [];
    const rest = await cluster.rest();
    while (!stopped) {
      const shownAt = Date.now();
      const listed = await rest.taskManagers();
      const now = (await podProcesses(lab, cluster)).filter(({ pod }) => pod !== jobManager);
      for (const { pod, identity } of alive.filter((one) => !now.some((it) => it.identity === one.identity))) {
        const last = shown.get(pod);
        if (last === undefined) throw new Error(`${pod} ended, and Flink never showed it`);
        ended.push({ pod, identity, ...last, endedAt: Date.now() });
      }
      // A killed one stays in Flink's list for a while: what Flink says of it now is of no use.
      shown = new Map(
        listed
          .filter(({ id }) => now.some(({ pod }) => pod === id))
          .map(({ id, slots, freeSlots }) => [id, { slots, freeSlots, shownAt }]),
      );
      alive = now;
      await sleep(50);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await watching;
      return ended;
    },
  };
}
