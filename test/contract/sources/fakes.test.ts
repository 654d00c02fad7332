import { SourceError } from '../../../controller/src/sources/contract.ts';
import { FakeFlink } from '../../../controller/src/sources/fakes/fake-flink.ts';
import { FakeLogs } from '../../../controller/src/sources/fakes/fake-logs.ts';
import { FakeMetrics } from '../../../controller/src/sources/fakes/fake-metrics.ts';
import { FakeStorage } from '../../../controller/src/sources/fakes/fake-storage.ts';
import { flinkRestSuite } from './flink-rest.suite.ts';
import { logsSuite } from './logs.suite.ts';
import { metricsSuite } from './metrics.suite.ts';
import { storageSuite } from './storage.suite.ts';

const queries = {
  one: 'vector(1)',
  nan: 'vector(NaN)',
  inf: 'vector(Inf)',
  none: 'vector(1) > 2',
  labelled: 'labelled',
  bad: 'vector(',
} as const;

function answering<T extends FakeMetrics>(source: T): T {
  source.evaluatedAt = Date.now();
  source.set(queries.one, [{ labels: {}, value: 1 }]);
  source.set(queries.nan, [{ labels: {}, value: Number.NaN }]);
  source.set(queries.inf, [{ labels: {}, value: Number.POSITIVE_INFINITY }]);
  source.set(queries.labelled, [{ labels: { a: 'b' }, value: 1 }]);
  source.failing.set(queries.bad, new SourceError('refused', 'bad_data'));
  return source;
}

const dispose = (): Promise<void> => Promise.resolve();
metricsSuite('fake', () => Promise.resolve({ source: answering(new FakeMetrics()), queries, dispose }));
metricsSuite('fake of logs', () => Promise.resolve({ source: answering(new FakeLogs()), queries, dispose }));

logsSuite('fake', () => {
  const source = answering(new FakeLogs());
  source.failing.set('metric', new SourceError('badAnswer', 'no streams'));
  return Promise.resolve({
    source,
    queries: { all: 'all', none: 'none', metric: 'metric', bad: queries.bad },
    write: (lines) =>
      Promise.resolve(lines.forEach((line) => source.write('all', { ...line, labels: { pod: 'tm-0' } }))),
    dispose,
  });
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
