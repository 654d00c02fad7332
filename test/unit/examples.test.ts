import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDocuments } from '../../controller/src/cli/load/load.ts';
import { loadSetup } from '../../controller/src/cli/load/setup.ts';
import { systemClock } from '../../controller/src/io/clock.ts';

const examples = join(import.meta.dirname, '../../examples');
const files = ['drey.yaml', ...readdirSync(join(examples, 'policies')).map((name) => `policies/${name}`)];

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
    const { config, policies } = loaded.setup;
    expect(policies.map((it) => it.title)).toEqual(['FlinkPolicy local/observe']);
    expect(config).toMatchObject({ tick: 7000, store: { file: join(examples, 'state') } });
    expect(config.platforms[0]?.process.clusters[0]).toMatchObject({
      flinkHome: join(examples, 'flink'),
      java: 'java',
      checkpointDir: join(examples, 'checkpoints'),
    });
  });
});
