import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ClusterState } from './cluster-state.ts';
import type { ProcessClusterConfig } from './config.ts';
import { flinkOptions, renderFlinkConf, userJavaOptions } from './flink-conf.ts';

const config = {
  jobManagerMemory: '700m',
  taskManagerMemory: '600m',
  slotsPerTaskManager: 4,
  checkpointDir: '/data/check points',
  flinkConf: {
    'rest.port': 1,
    'rest.bind-address': '0.0.0.0',
    'jobmanager.scheduler': 'adaptive',
    'execution.checkpointing.externalized-checkpoint-retention': 'DELETE_ON_CANCELLATION',
    'env.java.opts.all': '-Da=1 -Db=2',
    'env.java.opts.taskmanager': '-XX:+UseSerialGC',
    'metrics.reporter.prom.filter.excludes': '*.split.*',
  },
} as unknown as ProcessClusterConfig;
const state = { restPort: 4001, rpcPort: 4002 } as ClusterState;

it('keeps addresses and ports on loopback, and takes the rest from the user', () => {
  const options = flinkOptions(config, state, 2);
  expect(options).toMatchObject({
    'rest.port': '4001',
    'rest.bind-address': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'jobmanager.rpc.port': '4002',
    'jobmanager.scheduler': 'adaptive',
    'execution.checkpointing.dir': 'file:///data/check points',
    'execution.checkpointing.externalized-checkpoint-retention': 'DELETE_ON_CANCELLATION',
    'metrics.reporter.prom.filterLabelValueCharacters': 'false',
  });
});

it('names the checkpoint folder as Flink 1 does', () => {
  expect(flinkOptions(config, state, 1)).toMatchObject({ 'state.checkpoints.dir': 'file:///data/check points' });
});

it('writes what a YAML parser reads back', () => {
  const options = flinkOptions(config, state, 2);
  expect(parse(renderFlinkConf(options, 2))).toEqual(options);
  expect(renderFlinkConf({ a: 'b: c' }, 1)).toBe('a: b: c\n');
});

it('gives the Java options of a component', () => {
  const options = flinkOptions(config, state, 2);
  expect(userJavaOptions(options, 'taskmanager')).toEqual(['-Da=1', '-Db=2', '-XX:+UseSerialGC']);
  expect(userJavaOptions(options, 'jobmanager')).toEqual(['-Da=1', '-Db=2']);
});
