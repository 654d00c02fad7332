import { describe, expect, it } from 'vitest';
import { failedExplanation, failedJob, healthyJob, NOW } from '../../testing/api-model.ts';
import { renderExplain } from './explain.ts';
import { renderJobs } from './jobs.ts';
import { shortDuration } from './time.ts';

const bare = (_: string, text: string): string => text;

describe('on a terminal', () => {
  it('jobs are a table', () => {
    expect(renderJobs([healthyJob, failedJob], NOW, bare)).toMatchInlineSnapshot(`
      "JOB                      STATE    LAG  PARALLELISM  TM      RESTORE POINT  MODE  DECISION
      process/local/Job/topup  RUNNING  1s   10/12/6      3       4s ago         Act   WithinBand
      process/local/Job/bonus  FAILED   -    -            2 of 3  4s ago         Act   PAGE RestartsExhausted
      "
    `);
    expect(renderJobs([], NOW, bare)).toBe('no jobs\n');
  });

  it('an explanation goes from evidence to decision', () => {
    expect(renderExplain(failedExplanation, NOW, bare)).toMatchInlineSnapshot(`
      "process/local/Job/bonus
        state         FAILED, not healthy, seen 2s ago
        lag           unknown
        parallelism   unknown
        TaskManagers  2 of 3
        policy        FlinkPolicy local/topup, mode Act

      A person should look
        RestartsExhausted, since 1m30s ago, 2026-06-01 11:58:30Z
        RewindTooFar: chk-41 is 25m behind.

      Inputs
        INPUT        FRESHNESS  AGE    SOURCE      SEEN
        jobState     fresh      120ms  flink-rest  FAILED
        lag          absent     -      prometheus  no series
        checkpoints  stale      1m15s  prometheus  older than 15s

      Rules
        feed-stuck  False  not true

      Symptoms
        JobFailed  1m35s ago  Flink says FAILED

      Cause
        RestartsExhausted, needs jobState, platform, restorePoints

      Decision
        Hold RewindTooFar (RestartFromCheckpoint), 2s ago
        The newest usable point is 25m behind; maxRewind is 10m.
        The newest usable restore point is further back than the policy allows.
        may act next: 2026-06-01 12:01:05Z, in 1m5s

      Newest restore point
        checkpoint 42, 4s ago, checked: complete
        file:///checkpoints/0123456789abcdef0123456789abcdef/chk-42

      Under way
        job-bonus-3  RestartFromCheckpoint for RestartsExhausted  Executing  decided 20s ago
          Done  choose-restore-point/1  round-1                           file:///checkpoints/0123/chk-41
          Sent  start-run/1             fedcba98fedcba98fedcba98fedcba98

      Closed lately
        job-bonus-2  RestartFromCheckpoint for RestartsExhausted  Succeeded  decided 2h ago, last write ended 1h59m ago
          running again from chk-40
          a new checkpoint completed
      "
    `);
  });

  it('text from jobs can not command it', () => {
    // oxlint-disable-next-line no-control-regex
    expect(renderExplain(failedExplanation, NOW, bare)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it.each([
    [0, '0s'],
    [999, '1s'],
    [59_999, '1m'],
    [61_000, '1m1s'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [100_000_000, '1d3h'],
  ])('%d ms are %s', (ms, text) => {
    expect(shortDuration(ms)).toBe(text);
  });
});
