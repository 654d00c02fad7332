import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessClusterConfig } from './config.ts';
import { hashOf } from './hash.ts';

/** Names and places of a cluster: all follow from the state folder and the configuration. */
export interface Layout {
  /** Value of the marker: state folder and cluster. */
  readonly id: string;
  readonly root: string;
  readonly stateFile: string;
  readonly conf: string;
  readonly logs: string;
  readonly prometheusTargets: string;
  readonly promtailTargets: string;
  readonly jobManager: string;
  readonly taskManager: (index: number) => string;
  readonly logOf: (pod: string) => string;
  /** What the process prints itself: mostly nothing, or why it could not start. */
  readonly outputOf: (pod: string) => string;
  readonly temporaryOf: (pod: string) => string;
}

/** `stateDir` must exist: its real path tells clusters of two state folders apart. */
export function layoutOf(config: ProcessClusterConfig, stateDir: string): Layout {
  const state = realpathSync(stateDir);
  const root = join(state, 'process', config.name);
  return {
    id: `${hashOf(state)}/${config.name}`,
    root,
    stateFile: join(root, 'cluster.json'),
    conf: join(root, 'conf'),
    logs: join(root, 'log'),
    prometheusTargets: join(state, 'targets', `prometheus-${config.name}.json`),
    promtailTargets: join(state, 'targets', `promtail-${config.name}.json`),
    jobManager: `${config.name}-jobmanager-0`,
    taskManager: (index) => `${config.name}-taskmanager-${index}`,
    logOf: (pod) => join(root, 'log', `${pod}.log`),
    outputOf: (pod) => join(root, 'log', `${pod}.out`),
    temporaryOf: (pod) => join(root, 'tmp', pod),
  };
}
