import type { PlatformJob } from '../../../controller/src/platforms/contract.ts';
import { systemClock } from '../../../controller/src/io/clock.ts';
import { createSimulatedWorld } from '../../../controller/src/simulate/fleet.ts';
import { TimeLapseClock } from '../../../controller/src/simulate/time-lapse-clock.ts';
import { calmScenario } from '../../../controller/src/testing/calm-scenario.ts';
import type { PlatformHarness } from './harness.ts';
import { describePlatform } from './suite.ts';

async function harnessOf(): Promise<PlatformHarness> {
  const clock = new TimeLapseClock({ real: systemClock, speed: 20 });
  const { fleet, world } = createSimulatedWorld({ scenario: calmScenario(), clock });
  const [platform] = fleet.ports.platforms;
  const job = world.model.jobs.get('topup');
  if (platform === undefined || job === undefined) throw new Error('the fleet has no job');
  const live = (): string[] =>
    job.jobManager.answers
      ? job.runs.filter(({ endedAt }) => endedAt === null).map(({ flinkJobId }) => flinkJobId)
      : [];
  // Until the first checkpoints after the start are there.
  await clock.sleep(20_000);
  return {
    platform,
    reopen: () => platform,
    job: async () => (await platform.jobs(new AbortController().signal))[0] as PlatformJob,
    world: () => {
      world.advance();
      const processes = job.taskManagers.all.map(({ pod, identity, state }) => [pod, identity, state === 'ended']);
      return Promise.resolve(JSON.stringify([live(), processes, job.jobManager.key, job.wanted]));
    },
    liveRuns: () => {
      world.advance();
      return Promise.resolve(live());
    },
    parallelism: () => {
      world.advance();
      return Promise.resolve(
        Object.fromEntries(job.graph.vertices.map(({ id, index }) => [id, job.parallelism[index] ?? 0])),
      );
    },
    restorePoint: () => Promise.resolve(job.checkpoints.points[0]?.path ?? ''),
    brokenPoint: () => Promise.resolve('file:/simulated/topup/checkpoints/gone/chk-9'),
    killTaskManager: (pod) => {
      world.advance();
      job.taskManagers.end(pod);
      job.failover({ name: 'lost', message: `${pod} was lost`, taskManager: pod });
      return Promise.resolve();
    },
    killJobManager: () => {
      world.advance();
      job.loseJobManager();
      return Promise.resolve();
    },
    patienceMs: 20_000,
    dispose: () => Promise.resolve(),
  };
}

describePlatform('simulated', harnessOf);
