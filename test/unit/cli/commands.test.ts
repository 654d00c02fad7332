import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../../controller/src/io/log.ts';
import { createApi } from '../../../controller/src/server/api.ts';
import { listen, type Listening } from '../../../controller/src/server/listen.ts';
import { failedExplanation, fakeApiModel, healthyJob, NOW } from '../../../controller/src/testing/api-model.ts';
import { buildDrey, type Drey } from './drey.ts';

const timeout = 120_000;
const token = 'a-token-of-good-length';
const local = { host: '127.0.0.1', port: 0 };

let drey: Drey;
let api: Listening;
let server: string;
beforeAll(async () => {
  drey = await buildDrey();
  const second = { ...healthyJob, key: 'process/other/Job/topup' as typeof healthyJob.key, namespace: 'other' };
  const model = fakeApiModel({ jobs: () => [...fakeApiModel().jobs(), second] });
  const tokens = [{ token, role: 'viewer' as const }];
  api = await listen(createApi({ model: () => model, tokens, version: '1', log: silentLog }), local);
  server = `http://127.0.0.1:${api.address.port}`;
}, 120_000);
afterAll(async () => {
  await api.close();
  await drey.remove();
});

describe('jobs and explain', () => {
  const env = (): Record<string, string> => ({ DREY_SERVER: server, DREY_TOKEN: token });

  it('show people a table', { timeout }, async () => {
    const { code, out, err } = await drey.run(['jobs'], { env: env() });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')[1]).toBe(
      'process/local/Job/topup  RUNNING  1s   10/12/6      3       4s ago         Act   WithinBand',
    );
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/\u001b/);
  });

  it('write JSON alone where asked for', { timeout }, async () => {
    const { code, out } = await drey.run(['explain', 'bonus', '--json', '--server', server], {
      env: { DREY_TOKEN: token },
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ now: NOW, explain: failedExplanation });
  });

  it('colour what they show unless told not to', { timeout }, async () => {
    const escape = '\u001b[';
    expect((await drey.run(['jobs'], { env: { ...env(), FORCE_COLOR: '1' } })).out).toContain(
      `${escape}32mRUNNING${escape}39m`,
    );
    expect((await drey.run(['jobs'], { env: { ...env(), FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain(
      escape,
    );
  });

  it.each([
    [
      ['explain', 'topup'],
      2,
      /^DREY-JOB-AMBIGUOUS: "topup" means 2 jobs; hint: one of process\/local\/Job\/topup, process\/other\/Job\/topup\n$/,
    ],
    [
      ['explain', 'opup'],
      2,
      /^DREY-JOB-UNKNOWN: "opup" is no watched job; hint: one of process\/local\/Job\/topup, .*\n$/,
    ],
    [['explain'], 2, /^DREY-USAGE: explain needs a job, or --rules, which --policy goes with; hint: .*\n$/],
    [['explain', '--rules', '--policy', 'none.yaml'], 2, /^DREY-FILE-UNREADABLE: none.yaml: .*\n$/],
    [['jobs', '--server', 'nonsense'], 2, /^DREY-USAGE: the server "nonsense" is no URL; hint: .*\n$/],
    [['jobs', '--server', 'http://127.0.0.1:1'], 3, /^DREY-SERVER-UNREACHABLE: .*ECONNREFUSED; hint: .*\n$/],
    [['job'], 2, /^DREY-USAGE: unknown command 'job' \(Did you mean jobs\?\); hint: .*\n$/],
    [['lint'], 2, /^DREY-USAGE: missing required argument 'file'; hint: .*\n$/],
    [['lint', '--jsn', '-'], 2, /^DREY-USAGE: unknown option '--jsn' \(Did you mean --json\?\); hint: .*\n$/],
  ])('drey %j exits %i with one line', { timeout }, async (args, exit, line) => {
    const { code, out, err } = await drey.run(args, { env: env() });
    expect({ code, out }).toEqual({ code: exit, out: '' });
    expect(err).toMatch(line);
  });

  it('say when the token is refused, and when something else answers', { timeout }, async () => {
    const refused = await drey.run(['jobs', '--server', server], { env: { DREY_TOKEN: 'wrong' } });
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/^DREY-SERVER-REFUSED: .*\n$/) as string });
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const strange = await drey.run(['jobs', '--server', `http://127.0.0.1:${port}`]);
    other.close();
    expect(strange).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^DREY-SERVER-ANSWER: .* answered 200; .*\n$/) as string,
    });
  });

  it('list the built-in causes without asking anybody', { timeout }, async () => {
    const { code, out } = await drey.run(['explain', '--rules', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      rules: expect.arrayContaining([expect.objectContaining({ cause: 'RestartsExhausted' })]) as unknown,
    });
  });

  it.each(['--help', '--version', 'help'])('drey %s exits 0', { timeout }, async (flag) => {
    expect(await drey.run([flag])).toMatchObject({ code: 0, err: '' });
  });
});

describe('run', () => {
  const config = (listen: string, more = ''): string =>
    `apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\nlisten: ${listen}\ntelemetry: 127.0.0.1:0\ntick: 1s\n${more}` +
    'sources: {prometheus: {url: http://127.0.0.1:1}}\n';

  it('serves, holds its port and its state, and ends well on SIGTERM', { timeout: 120_000 }, async () => {
    await drey.write({ 'run.yaml': config('127.0.0.1:0') });
    const child = drey.start(['run', '--config', 'run.yaml']);
    const ended = once(child, 'exit');
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
    const line = async (message: string): Promise<Record<string, string>> => {
      for (;;) {
        const found = log.split('\n').find((it) => it.includes(`"msg":"${message}"`));
        if (found !== undefined) return JSON.parse(found) as Record<string, string>;
        if (child.exitCode !== null) throw new Error(log);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    try {
      const { api: address = '', telemetry = '' } = await line('starting');
      await line('running');
      expect(await drey.run(['jobs', '--server', `http://${address}`])).toEqual({ code: 0, out: 'no jobs\n', err: '' });
      expect((await fetch(`http://${telemetry}/livez`)).status).toBe(200);
      expect(await (await fetch(`http://${telemetry}/metrics`)).text()).toContain(
        'drey_holds_total{reason="InputNotFresh"} 0\n',
      );

      await drey.write({ 'taken.yaml': config(address), 'second.yaml': config('127.0.0.1:0') });
      expect(await drey.run(['run', '--config', 'taken.yaml'])).toMatchObject({
        code: 2,
        err: expect.stringContaining(`DREY-ADDRESS-IN-USE: listen: ${address} is in use; hint: `) as string,
      });
      expect(await drey.run(['run', '--config', 'second.yaml'])).toMatchObject({
        code: 2,
        err: expect.stringMatching(/\nDREY-STATE-LOCKED: .* is used by process \d+; hint: .*\n$/) as string,
      });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
    expect(await line('stopped')).toMatchObject({ level: 'info' });
  });

  it('does not open the API to other machines without a token', { timeout }, async () => {
    await drey.write({ 'open.yaml': config('0.0.0.0:0') });
    expect(await drey.run(['run', '--config', 'open.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^DREY-API-OPEN: .*\n$/) as string,
    });
    await drey.write({
      'short.yaml': config('0.0.0.0:0', 'api: {tokens: [{file: token, role: viewer}]}\n'),
      token: 'short\n',
    });
    const { code, err } = await drey.run(['run', '--config', 'short.yaml']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^DREY-TOKEN-UNUSABLE: .*\/token: holds no token of 16 to 512 printable characters; hint: .*\n$/,
    );
    expect(err).not.toContain('short\n');
  });
});
