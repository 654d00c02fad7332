import { dirname } from 'node:path';
import { makeFolder, replaceFile } from '../../io/atomic-file.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';

interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The discovery files of Prometheus and Promtail, rewritten when they would change. */
export class TargetFiles {
  readonly #written = new Map<string, string>();

  /** `alive`: pods whose processes run. Logs are shipped for ended ones as well: their last lines tell why. */
  async write(cluster: Cluster, state: ClusterState | null, alive: ReadonlySet<string>): Promise<void> {
    const known = state === null ? [] : [cluster.layout.jobManager, ...state.taskManagers];
    const metrics = known
      .filter((pod) => alive.has(pod))
      .map((pod) => group(cluster, pod, { targets: [`127.0.0.1:${state?.metricsPorts[pod] ?? 0}`], labels: {} }));
    const logs = known.map((pod) =>
      group(cluster, pod, { targets: ['localhost'], labels: { __path__: cluster.layout.logOf(pod) } }),
    );
    await this.#put(cluster.layout.prometheusTargets, metrics);
    await this.#put(cluster.layout.promtailTargets, logs);
  }

  async #put(path: string, groups: readonly TargetGroup[]): Promise<void> {
    const text = `${JSON.stringify(groups, null, 2)}\n`;
    if (this.#written.get(path) === text) return;
    await makeFolder(dirname(path));
    // Prometheus and Promtail run as other users.
    await replaceFile(path, text, 0o644);
    this.#written.set(path, text);
  }
}

function group(cluster: Cluster, pod: string, target: TargetGroup): TargetGroup {
  const component = pod === cluster.layout.jobManager ? 'jobmanager' : 'taskmanager';
  const labels = { ...target.labels, namespace: cluster.config.namespace, pod, component };
  return { targets: target.targets, labels };
}
