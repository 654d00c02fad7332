import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isClosed, type Remediation } from '../../controller/src/core/model/remediation.ts';
import { type Lab, startLab } from './lab.ts';
import { measured } from './rows/measured.ts';
import { newRun, type Watched, watched } from './rows/scenario.ts';
import { decisions, explain, jobView, remediations, settledCounts, until } from './rows/watch.ts';

const WINDOW_S = 40;
const onLine = (text: string): string =>
  `sum by (namespace, pod) (count_over_time({component="taskmanager"} |= \`${text}\` [${WINDOW_S}s])) > 0`;
const LADDER = [
  { action: 'RestartFromCheckpoint', within: '1m' },
  { action: 'RecreateCluster', within: '1m' },
  { action: 'Page' },
];

let lab: Lab;
let job: Watched;
beforeAll(async () => {
  lab = await startLab({ prometheus: true, loki: true });
  job = await watched(lab, {
    name: 'rules',
    policy: {
      heal: {
        rules: [
          { name: 'feed-fenced', when: { logql: onLine('feed is fenced') }, ladder: LADDER },
          { name: 'dealer-lost', when: { logql: onLine('dealer is lost') }, ladder: LADDER },
        ],
      },
      safety: { budget: { job: { actions: 20, per: '1h' } } },
    },
  });
});
afterAll(() => lab.stop());

const of = async (cause: string): Promise<readonly Remediation[]> =>
  (await remediations(job.cluster)).filter((one) => one.spec.incident.cause === cause);
const stateOf = async (rule: string): Promise<string | undefined> =>
  (await explain(job.drey)).rules.find((one) => one.name === rule)?.state;

/** Resolves with the first remediation for a cause that is at this place of its history. */
function acted(cause: string, place: number): Promise<Remediation> {
  const what = `action ${place + 1} for ${cause}`;
  return until(async () => (await of(cause))[place], { what, withinMs: 240_000, everyMs: 200 });
}

function closed(cause: string, place: number): Promise<Remediation> {
  const what = `verdict ${place + 1} of ${cause}`;
  const ended = async () => (await of(cause)).slice(place, place + 1).find(isClosed);
  return until(ended, { what, withinMs: 240_000 });
}

// One job, one story: each part begins where the one before ended.
describe('a rule on log lines', { timeout: 600_000 }, () => {
  it('starts its ladder on one line, and nothing more on the same line after a good restart', async () => {
    const { cluster, runId } = job;
    const writtenAt = Date.now();
    await cluster.topup.fault({ kind: 'log', line: 'the feed is fenced: {namespace="x"} "quoted" \u001b[31m' });
    const restart = await acted('feed-fenced', 0);
    const startedAfterS = (restart.createdAt - writtenAt) / 1000;
    await measured('rule on a log line', { startedAfterS });
    expect(startedAfterS).toBeLessThan(90);
    expect(restart.spec).toMatchObject({ action: 'RestartFromCheckpoint', incident: { rule: 'feed-fenced' }, rung: 0 });
    expect(restart.spec.evidence.join('\n')).toContain('newest line: ');
    expect(restart.spec.evidence.join('\n')).toContain('the feed is fenced');
    await newRun(cluster, runId);
    await until(async () => (await stateOf('feed-fenced')) === 'Old', {
      what: 'the line is seen, and is older than the action',
      withinMs: 60_000,
      everyMs: 250,
    });
    expect((await closed('feed-fenced', 0)).status.phase).toBe('Succeeded');
    expect(await stateOf('feed-fenced')).toBe('False');
    expect(await of('feed-fenced')).toHaveLength(1);
    expect(await settledCounts(cluster)).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
    expect((await jobView(job.drey)).page).toBeNull();
  });

  it('goes to the next rung when the first did not help, then pages, and does no more', async () => {
    const { cluster, drey } = job;
    let writing = true;
    const writtenAt = Date.now();
    const writer = (async () => {
      // The fault is in the world, not in the run: no restart ends it.
      while (writing) {
        await cluster.topup.fault({ kind: 'log', line: 'the dealer is lost' }).catch(() => undefined);
        await sleep(1000);
      }
    })();
    try {
      const first = await acted('dealer-lost', 0);
      expect((await closed('dealer-lost', 0)).status).toMatchObject({ phase: 'Ineffective' });
      const second = await acted('dealer-lost', 1);
      expect((await closed('dealer-lost', 1)).status).toMatchObject({ phase: 'Ineffective' });
      const page = await until(async () => (await jobView(drey)).page ?? undefined, {
        what: 'the page',
        withinMs: 120_000,
      });
      expect(page.cause).toBe('dealer-lost');
      expect([first, second].map(({ spec }) => [spec.action, spec.rung])).toEqual([
        ['RestartFromCheckpoint', 0],
        ['RecreateCluster', 1],
      ]);
      const after = (at: number): number => (at - writtenAt) / 1000;
      await measured('ladder of a rule', {
        firstAfterS: after(first.createdAt),
        secondAfterS: after(second.createdAt),
        pageAfterS: after(page.since),
      });
      // Some more ticks: the line goes on, and nothing is done.
      await sleep(20_000);
      expect(await of('dealer-lost')).toHaveLength(2);
      expect((await jobView(drey)).page).toMatchObject({ cause: page.cause, since: page.since });
    } finally {
      writing = false;
      await writer;
    }
    await until(async () => (await jobView(drey)).page === null, {
      what: 'the page ends with the lines',
      withinMs: 240_000,
    });
    const held = (await decisions(cluster)).filter((line) => line['cause'] === 'dealer-lost' && line['page'] === true);
    expect(held.map((line) => [line['kind'], line['reason']])).toEqual([['Hold', 'KnownIneffective']]);
    expect(await settledCounts(cluster)).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
  });
});
