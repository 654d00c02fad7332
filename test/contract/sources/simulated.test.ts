import { systemClock } from '../../../controller/src/io/clock.ts';
import { createSimulatedWorld } from '../../../controller/src/simulate/fleet.ts';
import { TimeLapseClock } from '../../../controller/src/simulate/time-lapse-clock.ts';
import { calmScenario } from '../../../controller/src/testing/calm-scenario.ts';
import { flinkRestSuite } from './flink-rest.suite.ts';
import { storageSuite } from './storage.suite.ts';

flinkRestSuite('simulated', async () => {
  const clock = new TimeLapseClock({ real: systemClock, speed: 20 });
  const { fleet } = createSimulatedWorld({ scenario: calmScenario(), clock });
  const [job] = await fleet.ports.platforms[0]!.jobs(new AbortController().signal);
  return {
    rest: fleet.ports.flinkRest(job?.restUrl ?? ''),
    nobody: fleet.ports.flinkRest('http://nobody.simulated:8081'),
    jobName: 'topup',
    jarFile: '/lib/topup.jar',
    args: [],
    settle: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
});

storageSuite('simulated', async () => {
  const clock = new TimeLapseClock({ real: systemClock, speed: 20 });
  const { fleet, world } = createSimulatedWorld({ scenario: calmScenario(), clock });
  await clock.sleep(20_000);
  clock.pause();
  const [job] = await fleet.ports.platforms[0]!.jobs(new AbortController().signal);
  const { checkpoints } = world.model.jobs.get('topup')!;
  const [newer, older] = checkpoints.points.map(({ path, id }) => ({ path, checkpointId: id }));
  return {
    storage: fleet.ports.storage,
    dir: job!.checkpointDirs[0]!,
    older: older!,
    newer: newer!,
    loseNewer: () => Promise.resolve(checkpoints.lose(newer!.path)),
    dispose: () => Promise.resolve(),
  };
});
