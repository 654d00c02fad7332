import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../core/model/decision.ts';
import { jobKey } from '../core/model/job-key.ts';
import { type Log, silentLog } from '../io/log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createDecisionLog } from './decision-log.ts';

const job = jobKey({ platform: 'process', namespace: 'local', kind: 'Job', name: 'topup' });
const base = { at: 5, cause: null, symptoms: [], inputs: [], detail: 'd' };
const nothing: Decision = { ...base, kind: 'Nothing', reason: 'Healthy' };
const hold = (input: 'lag' | 'vertices', detail = 'd'): Decision => ({
  ...base,
  kind: 'Hold',
  reason: 'InputNotFresh',
  action: 'Rescale',
  retryAt: null,
  page: false,
  detail,
  inputs: [{ input, freshness: 'stale', ageMs: 1, detail: '' }],
});

let folder: string;
let clock: FakeClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-decisions-'));
  clock = new FakeClock();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (): string => join(folder, 'state/decisions.jsonl');
const create = (more: { maxBytes?: number; keep?: number; log?: Log } = {}) =>
  createDecisionLog({ file: file(), clock, log: silentLog, ...more });

async function lines(): Promise<Record<string, unknown>[]> {
  const text = await readFile(file(), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('decision log', () => {
  it('has a line per change, not per tick', async () => {
    const log = create();
    for (const decision of [nothing, nothing, hold('lag'), hold('lag', 'other figures'), hold('vertices'), nothing]) {
      log.record(job, decision);
    }
    await log.flush();
    expect((await lines()).map((it) => [it['job'], it['kind'], it['reason']])).toEqual([
      [job, 'Nothing', 'Healthy'],
      [job, 'Hold', 'InputNotFresh'],
      [job, 'Hold', 'InputNotFresh'],
      [job, 'Nothing', 'Healthy'],
    ]);
    expect((await lines())[0]).toMatchObject({
      type: 'decision',
      at: clock.now(),
      time: new Date(clock.now()).toISOString(),
      decidedAt: 5,
    });
  });

  it('holds the evidence of a page', async () => {
    const log = create();
    log.record(job, hold('lag'), ['chk-41 is 25m behind']);
    await log.flush();
    expect((await lines())[0]).toMatchObject({ evidence: ['chk-41 is 25m behind'] });
  });

  it('sums up every hour', async () => {
    const log = create();
    log.record(job, nothing);
    log.record(job, nothing);
    log.tick(new Set([job]));
    await clock.advance(3_600_000);
    log.tick(new Set([job]));
    log.tick(new Set([job]));
    await log.flush();
    expect((await lines()).slice(1)).toEqual([
      expect.objectContaining({ type: 'summary', jobs: 1, decisions: { 'Nothing/Healthy': 2 } }),
    ]);
  });

  it('forgets jobs that are gone', async () => {
    const log = create();
    log.record(job, nothing);
    log.tick(new Set());
    log.record(job, nothing);
    await log.flush();
    expect(await lines()).toHaveLength(2);
  });

  it('never grows past its limit', async () => {
    const log = create({ maxBytes: 1000, keep: 2 });
    for (let i = 0; i < 40; i++) log.record(job, i % 2 === 0 ? nothing : hold('lag'));
    await log.flush();
    expect((await readdir(join(folder, 'state'))).sort()).toEqual([
      'decisions.jsonl',
      'decisions.jsonl.1',
      'decisions.jsonl.2',
    ]);
    expect((await readFile(file())).length).toBeLessThanOrEqual(1000);
  });

  it('goes on after a start, and tells the log what it could not write', async () => {
    create().record(job, nothing);
    const again = create();
    again.record(job, nothing);
    await again.flush();
    await writeFile(join(folder, 'blocked'), '');
    const errors: string[] = [];
    const blocked = createDecisionLog({
      file: join(folder, 'blocked/decisions.jsonl'),
      clock,
      log: { ...silentLog, error: (message) => errors.push(message) },
    });
    blocked.record(job, nothing);
    await blocked.flush();
    expect(errors).toEqual(['decision not written to the decision log']);
  });
});
