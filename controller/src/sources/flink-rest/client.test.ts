import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../io/http.ts';
import { flinkRestFactory } from './client.ts';
import type { FlinkRest } from './contract.ts';

/** Answers of a real Flink 2.3, cut down. */
const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8');

const RUN = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa02';
const BEFORE = 'ce08290d36e6ab0a7c6f782e2dc7aa88';

class Recorded implements HttpClient {
  readonly sent: HttpRequest[] = [];
  readonly #answer: HttpAnswer;
  constructor(body: string, status = 200) {
    this.#answer = { status, body: Buffer.from(body) };
  }
  get calls(): number {
    return this.sent.length;
  }
  send(request: HttpRequest): Promise<HttpAnswer> {
    this.sent.push(request);
    return Promise.resolve(this.#answer);
  }
  close(): void {}
}

function rest(body: string, status = 200) {
  const http = new Recorded(body, status);
  return { http, flink: flinkRestFactory({ http })('http://jm:8081/proxy/') };
}

describe('Flink REST client', () => {
  it('reads the list of jobs', async () => {
    const { flink, http } = rest(fixture('jobs-overview'));
    expect(await flink.jobs()).toEqual([
      { id: RUN, name: 'topup', state: 'RUNNING', startedAt: 1795376088736, endedAt: null },
      { id: BEFORE, name: 'topup', state: 'CANCELED', startedAt: 1795376052747, endedAt: 1795376085493 },
    ]);
    expect(http.sent[0]?.url).toBe('http://jm:8081/proxy/jobs/overview');
  });

  it('reads a job with its plan', async () => {
    const job = await rest(fixture('job')).flink.job(RUN);
    expect(job).toMatchObject({ scheduler: 'Adaptive', now: 1795376147516 });
    expect(job.enteredAt).toEqual({ INITIALIZING: 1795376088736, CREATED: 1795376088973, RUNNING: 1795376089014 });
    expect(
      job.vertices.map(({ name, parallelism, maxParallelism, inputs }) => [name, parallelism, maxParallelism, inputs]),
    ).toEqual([
      ['Source: topup-events', 7, 720, []],
      ['count', 7, 720, ['86f360b9200779cd2c4e3518d7d01991']],
      ['Sink: bonus: Writer', 7, 720, ['b71731f1c0df9c3076c4a455334d0ad6']],
    ]);
  });

  it('reads checkpoints, and whether a cancel keeps them', async () => {
    const checkpoints = await rest(fixture('job-checkpoints')).flink.checkpoints(RUN);
    expect(checkpoints.counts).toEqual({ completed: 12, failed: 0, inProgress: 0, restored: 1 });
    expect(checkpoints.latest).toEqual({
      id: 17,
      status: 'COMPLETED',
      savepoint: false,
      triggeredAt: 1795376145584,
      completedAt: 1795376145729,
      path: `file:/checkpoints/${RUN}/chk-17`,
    });
    // Flink calls whatever it was started from a savepoint.
    const restored = { id: 5, path: `file:/checkpoints/${BEFORE}/chk-5`, restoredAt: 1795376088995, savepoint: true };
    expect(checkpoints.restored).toEqual(restored);
    expect(checkpoints.history.map((one) => one.id)).toEqual([17, 16, 15]);
    const config = await rest(fixture('job-checkpoints-config')).flink.checkpointConfig(RUN);
    expect(config).toMatchObject({ intervalMs: 5000, keptOnCancel: true });
  });

  it('has no path for what was discarded, is not complete or lies in the JobManager', async () => {
    const raw = JSON.parse(fixture('job-checkpoints')) as { history: Record<string, unknown>[] };
    const [first, second, third] = raw.history;
    first!.discarded = true;
    second!.status = 'FAILED';
    third!.external_path = '<checkpoint-not-externally-addressable>';
    const { history } = await rest(JSON.stringify(raw)).flink.checkpoints(RUN);
    expect(history.map((one) => one.path)).toEqual([null, null, null]);
  });

  it('reads requirements, TaskManagers and the overview', async () => {
    const requirements = await rest(fixture('job-resource-requirements')).flink.requirements(RUN);
    expect(requirements['b71731f1c0df9c3076c4a455334d0ad6']).toEqual({ lower: 1, upper: 7 });
    const taskManagers = await rest(fixture('taskmanagers')).flink.taskManagers();
    expect(taskManagers.map((one) => [one.id, one.slots, one.freeSlots])).toEqual([
      ['tm0', 4, 0],
      ['tm1', 4, 1],
    ]);
    const overview = await rest(fixture('overview')).flink.overview();
    expect(overview).toEqual({ taskManagers: 2, slotsTotal: 8, slotsFree: 1, version: '2.3.0' });
  });

  it('reads exceptions', async () => {
    const [first] = await rest(fixture('job-exceptions')).flink.exceptions(RUN);
    expect(first).toMatchObject({ name: 'java.lang.IllegalStateException', taskManager: null });
    expect(first?.message).toContain('balance of 77010000001 is negative');
  });

  it('keeps exceptions short', async () => {
    const entry = { exceptionName: 'x'.repeat(5000), stacktrace: 'y'.repeat(50_000), timestamp: 5, unknown: true };
    const body = JSON.stringify({
      exceptionHistory: { entries: [entry, { ...entry, timestamp: 9 }], truncated: false },
    });
    const { flink, http } = rest(body);
    const [first] = await flink.exceptions(RUN);
    expect([first?.name.length, first?.message.length, first?.at]).toEqual([200, 2000, 9]);
    expect(http.sent[0]?.url).toContain('maxExceptions=10');
  });

  it('keeps the last cause of an exception, however deep', async () => {
    const frames = '\tat org.apache.flink.Task.run(Task.java:579)\n'.repeat(60);
    const stacktrace = `java.lang.Exception: restoring\n${frames}Caused by: java.io.FileNotFoundException: /chk-5/x\n${frames}`;
    const entry = { exceptionName: 'java.lang.Exception', stacktrace, timestamp: 5 };
    const { flink } = rest(JSON.stringify({ exceptionHistory: { entries: [entry], truncated: false } }));
    const [first] = await flink.exceptions(RUN);
    expect(first?.message).toContain('FileNotFoundException: /chk-5/x');
    expect(first?.message.split('\n')).toHaveLength(11);
  });

  it('tells what ended a run that failed while it was set up', async () => {
    const cause = { class: 'java.io.EOFException', 'stack-trace': `java.io.EOFException\n${'\tat x'.repeat(20_000)}` };
    const result = { id: RUN, 'application-status': 'FAILED', 'failure-cause': cause };
    const failed = rest(JSON.stringify({ status: { id: 'COMPLETED' }, 'job-execution-result': result }));
    expect(await failed.flink.failure(RUN)).toHaveLength(32_768);
    const running = rest('{"status": {"id": "IN_PROGRESS"}, "job-execution-result": null}');
    expect(await running.flink.failure(RUN)).toBeNull();
  });

  it('writes requirements as a flat map', async () => {
    const { flink, http } = rest('');
    await flink.setRequirements(RUN, { ['a'.repeat(32)]: { lower: 1, upper: 6 } });
    expect(http.sent[0]).toMatchObject({
      method: 'PUT',
      body: { json: { ['a'.repeat(32)]: { parallelism: { lowerBound: 1, upperBound: 6 } } } },
    });
  });

  it('starts a run under the id and from the point that it is given', async () => {
    const { flink, http } = rest(`{"jobid": "${RUN}"}`);
    const run = {
      jobId: RUN,
      savepointPath: 'file:/c/chk-1',
      claimMode: 'NO_CLAIM',
      allowNonRestoredState: false,
    } as const;
    expect(await flink.runJar('1_x.jar', run)).toBe(RUN);
    expect(http.sent[0]).toMatchObject({
      method: 'POST',
      url: 'http://jm:8081/proxy/jars/1_x.jar/run',
      body: { json: run },
    });
  });

  it('tells a second run of one id from other runs that Flink refuses alike', async () => {
    const refusing = (known: boolean): FlinkRest => {
      const body = Buffer.from('{"errors":["Could not execute application."]}');
      const send = ({ method }: HttpRequest): Promise<HttpAnswer> =>
        Promise.resolve({ status: method === 'POST' ? 400 : known ? 200 : 404, body });
      return flinkRestFactory({ http: { calls: 0, send, close: () => {} } })('http://jm:8081');
    };
    await expect(refusing(true).runJar('x', { jobId: RUN })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(refusing(false).runJar('x', { jobId: RUN })).rejects.toMatchObject({ kind: 'refused' });
  });

  it('reads the outcome of a checkpoint that it asked for', async () => {
    const ask = (body: unknown) => rest(JSON.stringify(body)).flink.checkpointTrigger(RUN, 'b'.repeat(32));
    expect(await ask({ status: { id: 'IN_PROGRESS' } })).toEqual({ state: 'InProgress' });
    expect(await ask({ status: { id: 'COMPLETED' }, operation: { checkpointId: 9 } })).toEqual({
      state: 'Completed',
      checkpointId: 9,
    });
    expect(await ask({ status: { id: 'COMPLETED' }, operation: { failureCause: {} } })).toEqual({ state: 'Failed' });
  });

  it('refuses an answer of another shape, naming the place only', async () => {
    const body = fixture('jobs-overview').replace('RUNNING', 'DANCING');
    await expect(rest(body).flink.jobs()).rejects.toMatchObject({
      kind: 'badAnswer',
      message: "Flink REST GET /jobs/overview: unexpected shape at 'jobs.0.state'",
    });
  });
});
