import { SourceError } from '../../../controller/src/sources/contract.ts';
import { FakeFlink } from '../../../controller/src/sources/fakes/fake-flink.ts';
import { FakeMetrics } from '../../../controller/src/sources/fakes/fake-metrics.ts';
import { FakeStorage } from '../../../controller/src/sources/fakes/fake-storage.ts';
import { flinkRestSuite } from './flink-rest.suite.ts';
import { metricsSuite } from './metrics.suite.ts';
import { storageSuite } from './storage.suite.ts';

metricsSuite('fake', () => {
  const source = new FakeMetrics();
  source.set('vector(1)', [{ labels: {}, value: 1 }]);
  source.set('vector(NaN)', [{ labels: {}, value: Number.NaN }]);
  source.set('vector(Inf)', [{ labels: {}, value: Number.POSITIVE_INFINITY }]);
  source.set('labelled', [{ labels: { a: 'b' }, value: 1 }]);
  source.failing.set('vector(', new SourceError('refused', 'bad_data'));
  return Promise.resolve({ source, labelled: 'labelled', dispose: () => Promise.resolve() });
});

storageSuite('fake', () => {
  const storage = new FakeStorage();
  const older = storage.add({ checkpointId: 6, completedAt: 600 });
  const newer = storage.add({ checkpointId: 7, completedAt: 700 });
  return Promise.resolve({
    storage,
    dir: '/checkpoints',
    older,
    newer,
    loseNewer: () => Promise.resolve(storage.remove(7)),
    dispose: () => Promise.resolve(),
  });
});

flinkRestSuite('fake', () => {
  const flink = new FakeFlink();
  const silent = new FakeFlink();
  silent.down = true;
  const run = flink.addRun();
  return Promise.resolve({
    rest: flink.factory(),
    nobody: silent.factory(),
    jobName: 'topup',
    jarFile: '/lib/topup.jar',
    args: [],
    settle: () => {
      for (const trigger of run.triggers.keys()) {
        flink.completeCheckpoint(run, { id: 1, at: flink.now });
        run.triggers.set(trigger, 1);
      }
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  });
});
