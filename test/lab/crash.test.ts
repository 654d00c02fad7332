import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Remediation } from '../../controller/src/core/model/remediation.ts';
import { clusterProcesses } from '../../controller/src/platforms/process/processes.ts';
import { startDrey } from './drey.ts';
import { type Lab, startLab } from './lab.ts';
import { closedWell, failForGood, newRun, newestPoint, restoredExactly, watched } from './rows/scenario.ts';
import { remediations, until } from './rows/watch.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ prometheus: true });
});
afterAll(() => lab.stop());

const stateOf = (one: Remediation | undefined, step: string): string | undefined =>
  one?.status.steps.find((entry) => entry.step === step)?.state;

/** Where Drey is ended: what its journal says at that instant. */
const points: readonly [string, string, (one: Remediation | undefined) => boolean][] = [
  ['planned, nothing sent', 'planned', (one) => one !== undefined],
  [
    'the restore point is chosen, the run not started',
    'chosen',
    (one) => stateOf(one, 'choose-restore-point/1') === 'Done',
  ],
  ['the start of the run is sent', 'sent', (one) => stateOf(one, 'start-run/1') === 'Sent'],
];

describe.concurrent('Drey killed in RestartFromCheckpoint', { timeout: 600_000 }, () => {
  it.for(points)('goes on after its restart: %s', async ([, name, reached]) => {
    const { cluster, drey, runId } = await watched(lab, { name });
    const newest = await newestPoint(cluster);
    const clusterId = lab.table.clusters.find((one) => one.name === name)!.clusterId;
    const before = (await clusterProcesses(clusterId)).map((one) => one.identity);
    await failForGood(cluster, runId);
    await until(async () => reached((await remediations(cluster))[0]), {
      what: `the journal says: ${name}`,
      withinMs: 120_000,
      everyMs: 1,
    });
    await drey.kill();

    await startDrey(cluster, lab.table);
    const run = await newRun(cluster, runId);
    await restoredExactly(cluster, run.id, newest!.id);
    await until(async () => (await remediations(cluster)).at(-1)?.status.phase === 'Succeeded', {
      what: 'the restart is verified',
      withinMs: 240_000,
    });
    // One restart took effect, whichever journal it belongs to, and nothing is left open.
    const runs = (await (await cluster.rest()).jobs()).map((job) => job.state);
    expect(runs.toSorted()).toEqual(['FAILED', 'RUNNING']);
    const phases = (await remediations(cluster)).map((one) => one.status.phase);
    expect([['Succeeded'], ['Superseded', 'Succeeded']]).toContainEqual(phases);
    expect((await clusterProcesses(clusterId)).map((one) => one.identity)).toEqual(before);
    if (phases.length === 1) await closedWell(cluster, 'RestartFromCheckpoint');
  });
});
