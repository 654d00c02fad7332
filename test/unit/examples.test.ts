import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import metrics from '../../catalogue/metrics.json' with { type: 'json' };
import { loadDocuments } from '../../controller/src/cli/load/load.ts';
import { loadSetup, type LoadedSetup } from '../../controller/src/cli/load/setup.ts';
import { systemClock } from '../../controller/src/io/clock.ts';

const examples = join(import.meta.dirname, '../../examples');
const policies = readdirSync(join(examples, 'policies'));
const files = ['drey.yaml', ...policies.map((name) => `policies/${name}`)];

/** Those of Flink that Drey itself does not ask for; read in Flink's MetricNames and MetricUtils, 1.20.5 and 2.3.0. */
const OTHER_METRICS = [
  'flink_taskmanager_job_task_operator_currentInputWatermark',
  'flink_taskmanager_Status_JVM_GarbageCollector_All_TimeMsPerSecond',
];

describe('examples', () => {
  it.each(files)('%s has no findings', (file) => {
    const { resources, findings } = loadDocuments(readFileSync(join(examples, file), 'utf8'), file);
    expect(findings).toEqual([]);
    expect(resources).not.toEqual([]);
  });

  it('the configuration finds its policies, and paths start at its folder', async () => {
    const environment = { DREY_TICK: '7s', DREY_SERVICE_HOST: '10.0.0.1' };
    const loaded = await loadSetup(join(examples, 'drey.yaml'), environment, systemClock);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
    const { config, policies: found } = loaded.setup;
    expect(found.map((it) => it.title)).toEqual(['FlinkPolicy local/observe']);
    expect(config).toMatchObject({ tick: 7000, store: { file: join(examples, 'state') } });
    expect(config.platforms[0]?.process.clusters[0]).toMatchObject({
      flinkHome: join(examples, 'flink'),
      java: 'java',
      checkpointDir: join(examples, 'checkpoints'),
    });
  });
});

describe('policies to start from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drey-examples-'));
  let setup: LoadedSetup;
  beforeAll(async () => {
    const head = 'apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\n';
    const sources = 'sources: {prometheus: {url: http://127.0.0.1:9090}, loki: {url: http://127.0.0.1:3100}}\n';
    const list = JSON.stringify(policies.map((name) => join(examples, 'policies', name)));
    writeFileSync(join(folder, 'drey.yaml'), `${head}${sources}policies: ${list}\n`);
    const loaded = await loadSetup(join(folder, 'drey.yaml'), {}, systemClock);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.findings));
    ({ setup } = loaded);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const queries = () =>
    setup.policies.flatMap(({ rules }) =>
      rules.flatMap(({ name, when, ladder }) => (when.kind === 'query' ? [{ name, when, ladder }] : [])),
    );

  it('can be in force together', () => {
    expect(setup.policies.map((it) => `${it.title} ${it.spec.mode}`).sort()).toEqual([
      'FlinkPolicy activation/sim-activation Act',
      'FlinkPolicy dealers/dealer-motivation Act',
      'FlinkPolicy local/observe Observe',
      'FlinkPolicy local/topup Act',
      'FlinkPolicy roaming/roaming-fraud Act',
      'FlinkPolicy settlement/nightly Act',
    ]);
  });

  it('ask for metrics that Flink has', () => {
    const known = [...Object.keys(metrics), ...OTHER_METRICS];
    const asked = queries().flatMap(({ when }) => when.query.match(/flink_\w+/g) ?? []);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((it) => !known.includes(it))).toEqual([]);
  });

  it('ask both sources, in the namespace of the policy, and join to a job', () => {
    expect(new Set(queries().map(({ when }) => when.source))).toEqual(new Set(['prometheus', 'loki']));
    for (const { when } of queries()) {
      expect(when.query).toMatch(/\{namespace="(local|roaming|activation|dealers)"/);
      expect(when.query).toMatch(when.source === 'loki' ? /by \(namespace, pod\)/ : /by \(namespace, (job_name|pod)\)/);
    }
  });

  it('give each rung at least the time that its query looks back', () => {
    for (const { name, when, ladder } of queries()) {
      const short = ladder.filter(({ action, withinMs }) => action !== 'Page' && withinMs < when.windowMs);
      expect({ name, short }).toEqual({ name, short: [] });
    }
  });

  it('replace and switch off what they say', () => {
    const rules = (title: string) => setup.policies.find((it) => it.title.endsWith(title))?.rules ?? [];
    const ladder = (title: string, name: string) =>
      rules(title)
        .find((it) => it.name === name)
        ?.ladder.map((it) => it.action);
    expect(ladder('/topup', 'CheckpointStalled')).toEqual(['TriggerCheckpoint', 'Page']);
    expect(ladder('/topup', 'poison-record')).toEqual(['Page']);
    expect(ladder('/sim-activation', 'RestartLoop')).toEqual(['RecreateCluster', 'Page']);
    expect(ladder('/dealer-motivation', 'CheckpointStalled')).toBeUndefined();
    expect(ladder('/roaming-fraud', 'watermark-stuck')).toEqual(['Wait', 'RestartFromCheckpoint', 'Page']);
    const names = rules('/sim-activation').map((it) => it.name);
    expect(names.indexOf('kafka-access-denied')).toBeLessThan(names.indexOf('RestartLoop'));
    expect(names.indexOf('RestartsExhausted')).toBeLessThan(names.indexOf('kafka-access-denied'));
  });
});
