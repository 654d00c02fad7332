import { cp, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasEnded } from '../../controller/src/core/model/snapshot.ts';
import { systemClock } from '../../controller/src/io/clock.ts';
import { createHttpClient } from '../../controller/src/io/http.ts';
import { silentLog } from '../../controller/src/io/log.ts';
import type { Platform, PlatformJob } from '../../controller/src/platforms/contract.ts';
import { Cluster } from '../../controller/src/platforms/process/cluster.ts';
import type { ProcessPlatformConfig } from '../../controller/src/platforms/process/config.ts';
import { ProcessPlatform } from '../../controller/src/platforms/process/platform.ts';
import { type ClusterProcess, killProcesses } from '../../controller/src/platforms/process/processes.ts';
import { flinkRestFactory } from '../../controller/src/sources/flink-rest/client.ts';
import type { PlatformHarness } from '../contract/platform/harness.ts';
import { processSettings } from './drey-config.ts';
import type { FlinkCluster } from './flink.ts';
import { type Lab, startLab } from './lab.ts';
import { labMarker } from './processes/marked.ts';

/** The platform process on real Flink, and what only tests of it need. */
export interface ProcessHarness extends PlatformHarness {
  readonly flink: FlinkCluster;
  processes(): Promise<readonly ClusterProcess[]>;
  /** A copy of the newest checkpoint for a test to damage. */
  copyOfPoint(): Promise<string>;
}

/** A cluster of two TaskManagers with two slots each; the job runs with two subtasks a vertex. */
export async function processHarness(): Promise<ProcessHarness> {
  const lab = await startLab({
    prometheus: true,
    flink: {
      name: 'plat',
      taskManagers: 2,
      slotsPerTaskManager: 2,
      parallelism: 2,
      rate: 60,
      flinkConf: {
        'execution.checkpointing.num-retained': 5,
        'execution.checkpointing.data-inline-threshold': '0 b',
        'slot.idle.timeout': '5 s',
      },
    },
  });
  const { flink } = lab;
  if (flink === null) throw new Error('the lab has no Flink');
  const config = await processSettings(flink.drey.config);
  return harnessOf(lab, flink, config);
}

function harnessOf(lab: Lab, flink: FlinkCluster, config: ProcessPlatformConfig): ProcessHarness {
  const { stateDir } = flink.drey;
  const env = { PATH: process.env['PATH'] ?? '', [labMarker]: lab.dir };
  const open = (): ProcessPlatform => {
    const rest = flinkRestFactory({ http: createHttpClient({ clock: systemClock }) });
    return new ProcessPlatform({ config, stateDir, flink: rest, clock: systemClock, log: silentLog, env });
  };
  const [settings] = config.clusters;
  if (settings === undefined) throw new Error('the configuration has no cluster');
  const cluster = new Cluster(settings, { stateDir, clock: systemClock, env });
  const platform = open();
  const job = async (): Promise<PlatformJob> => (await platform.jobs())[0] as PlatformJob;

  const liveRuns = async (): Promise<readonly string[]> => {
    const runs = await (await flink.rest()).jobs();
    return runs.filter(({ state }) => !hasEnded(state)).map(({ id }) => id);
  };
  const parallelism = async (): Promise<Readonly<Record<string, number>>> => {
    const [run = ''] = await liveRuns();
    const { vertices } = await (await flink.rest()).job(run);
    return Object.fromEntries(vertices.map((vertex) => [vertex.id, vertex.parallelism]));
  };
  const world = async (): Promise<string> => {
    const processes = (await cluster.processes()).map(({ identity }) => identity);
    const record = await readFile(cluster.layout.stateFile, 'utf8');
    const [run = ''] = await liveRuns();
    return JSON.stringify([processes, record, run, await (await flink.rest()).requirements(run)]);
  };
  const restorePoint = async (): Promise<string> => {
    for (let left = 100; left > 0; left -= 1) {
      const [run = ''] = await liveRuns();
      const { latest } = await (await flink.rest()).checkpoints(run);
      if (latest?.path) return latest.path.replace(/^file:\/*/, '/');
      await systemClock.sleep(250);
    }
    throw new Error('no checkpoint completed');
  };
  const copyOfPoint = async (): Promise<string> => {
    const path = await restorePoint();
    // Beside the run's own folder: its shared files stay where they are.
    const copy = join(dirname(path), `copy-${Date.now()}`, basename(path));
    await cp(path, copy, { recursive: true });
    return copy;
  };
  const kill = async (pod: string): Promise<void> => {
    const all = await cluster.processes();
    await killProcesses(
      all.filter((process) => process.pod === pod).map(({ identity }) => identity),
      systemClock,
    );
  };
  return {
    platform,
    flink,
    reopen: (): Platform => open(),
    job,
    world,
    liveRuns,
    parallelism,
    restorePoint,
    copyOfPoint,
    brokenPoint: async () => {
      const copy = await copyOfPoint();
      await rm(join(copy, '_metadata'));
      return copy;
    },
    processes: () => cluster.processes(),
    killTaskManager: kill,
    killJobManager: () => kill(cluster.layout.jobManager),
    patienceMs: 90_000,
    dispose: () => lab.stop(),
  };
}
