import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleView } from '../../controller/src/report/api-model.ts';
import { type Lab, startLab } from './lab.ts';
import type { Fault } from './proxy/fault.ts';
import { measured } from './rows/measured.ts';
import { type Watched, watched } from './rows/scenario.ts';
import { explain, jobView, remediations, settledCounts, until } from './rows/watch.ts';

const TICK_MS = 5000;
const MEGABYTE = 1024 * 1024;
const LINE = 'the feed is fenced';

/** What is done to Loki's answers, and in which words the rule says that it has none. */
// Neighbours differ, so that an answer of the fault before is not taken for one of this.
const FAULTS: readonly (readonly [Fault, RegExp])[] = [
  [{ mode: 'error' }, /^error: .*503/],
  [{ mode: 'nan' }, /^nan: /],
  [{ mode: 'cut' }, /^error: (?!.*503)/],
  [{ mode: 'slow', ms: 8000 }, /^error: .*no answer within/],
  [{ mode: 'many-series', labels: { namespace: 'logs', pod: 'logs-taskmanager-0' } }, /^error: .*series/],
];

/** Lines that break whoever pastes them into a query, a terminal or a page. */
const HOSTILE = [
  '"} or vector(1) or {namespace="',
  '`{{.x}}` {{ __line__ }} \\" \\\\ ${HOME}',
  '\u001b[2J\u001b]0;owned\u0007\u0000\u202e',
  'x'.repeat(MEGABYTE),
];

let lab: Lab;
let job: Watched;
beforeAll(async () => {
  lab = await startLab({ prometheus: true, loki: true });
  const logql = `sum by (namespace, pod) (count_over_time({component=~".+"} |= "${LINE}" [40s])) > 0`;
  const failed = 'increase(flink_jobmanager_job_numberOfFailedCheckpoints[30s]) > 0';
  job = await watched(lab, {
    name: 'logs',
    flinkConf: { 'execution.checkpointing.tolerable-failed-checkpoints': 1000 },
    policy: {
      heal: {
        rules: [
          { name: 'feed-fenced', when: { logql }, ladder: [{ action: 'RestartFromCheckpoint' }] },
          {
            name: 'checkpoints-fail',
            when: { promql: failed },
            ladder: [{ action: 'RestartFromCheckpoint', within: '20s' }, { action: 'Page' }],
          },
        ],
      },
    },
  });
});
afterAll(() => lab.stop());

async function ruleView(name: string): Promise<RuleView | undefined> {
  return (await explain(job.drey)).rules.find((one) => one.name === name);
}

function untilState(name: string, state: RuleView['state'], detail = /.*/): Promise<RuleView> {
  const what = `rule ${name} is ${state} with ${String(detail)}`;
  const seen = async () => {
    const view = await ruleView(name);
    return view?.state === state && detail.test(view.detail) && view;
  };
  return until(seen, { what, withinMs: 90_000, everyMs: 250 });
}

// One job, one story: each part begins where the one before ended.
describe('with Loki that fails', { timeout: 600_000 }, () => {
  it('holds the rule on logs with the reason, whatever Loki answers', async () => {
    const { cluster } = job;
    const { proxy, push } = lab.loki!;
    const said: Record<string, string> = {};
    await untilState('feed-fenced', 'False');
    proxy.set({ mode: 'error' });
    // Had it an answer, it would act.
    await push({ labels: { namespace: 'logs', pod: 'logs-taskmanager-0', component: 'taskmanager' }, line: LINE });
    for (const [fault, detail] of FAULTS) {
      proxy.set(fault);
      said[fault.mode] = (await untilState('feed-fenced', 'Unknown', detail)).detail;
      const { decision } = await jobView(job.drey);
      expect(decision).toMatchObject({ kind: 'Hold', reason: 'InputNotFresh' });
      expect(await ruleView('checkpoints-fail')).toMatchObject({ state: 'False' });
    }
    await sleep(2 * TICK_MS);
    expect(await remediations(cluster)).toEqual([]);
    await measured('faults of Loki', said);
  });

  it('takes made-up series and hostile lines as what they are', async () => {
    const { proxy, push } = lab.loki!;
    // By now the line is out of the window.
    await sleep(40_000);
    proxy.set({ mode: 'hostile' });
    expect((await untilState('feed-fenced', 'False')).detail).toBe('not true');
    proxy.set({ mode: 'pass' });
    for (const line of HOSTILE) {
      const labels = { namespace: 'logs', pod: `"}${line.slice(0, 40)}`, component: 'taskmanager' };
      await push({ labels, line: `${line} ${LINE}` });
    }
    // They are of pods that no job has: counted, and ignored.
    await until(
      async () => {
        const text = await (await fetch(`${job.drey.telemetry}/metrics`)).text();
        return text.includes(`drey_rule_series_ignored{rule="feed-fenced"} ${HOSTILE.length}`);
      },
      { what: 'the hostile series are counted', withinMs: 60_000 },
    );
    expect(await ruleView('feed-fenced')).toMatchObject({ state: 'False' });
    expect(await remediations(job.cluster)).toEqual([]);
  });

  it('carries out a rule on metrics while Loki is stopped: once, then a page', async () => {
    const { cluster, drey } = job;
    await lab.loki!.stop();
    await untilState('feed-fenced', 'Unknown');
    const failingAt = Date.now();
    await cluster.topup.fault({ kind: 'fail-checkpoints' });
    const [restart] = await until(
      async () => {
        const done = await remediations(cluster);
        return done.length > 0 && done;
      },
      { what: 'the ladder of the rule on metrics', withinMs: 120_000, everyMs: 200 },
    );
    const sampleAt = Math.max(failingAt, restart!.spec.incident.since);
    await measured('rule on a metric', {
      startedAfterS: (restart!.createdAt - failingAt) / 1000,
      afterTheSampleS: (restart!.createdAt - sampleAt) / 1000,
    });
    expect(restart!.spec).toMatchObject({ action: 'RestartFromCheckpoint', incident: { rule: 'checkpoints-fail' } });
    const page = await until(async () => (await jobView(drey)).page ?? undefined, {
      what: 'the page',
      withinMs: 240_000,
    });
    expect(page.cause).toBe('checkpoints-fail');
    await sleep(3 * TICK_MS);
    expect((await remediations(cluster)).map((one) => [one.spec.action, one.status.phase])).toEqual([
      ['RestartFromCheckpoint', 'Ineffective'],
    ]);
    await cluster.topup.clear('fail-checkpoints');
    expect(await settledCounts(cluster)).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
  });

  it('asks again once Loki is back', async () => {
    await lab.loki!.start();
    expect(await untilState('feed-fenced', 'False')).toMatchObject({ detail: 'not true' });
  });
});
