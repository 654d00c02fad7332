import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDrey, type Drey } from './drey.ts';

const CONFIG =
  'apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\nlisten: 127.0.0.1:0\ntelemetry: 127.0.0.1:0\ntick: 1s\n' +
  'policies: [policy.yaml]\nsources: {prometheus: {url: http://127.0.0.1:1}}\n';
const policy = (mode: string): string =>
  `apiVersion: drey.dev/v1alpha1\nkind: FlinkPolicy\nmetadata: {name: topup, namespace: local}\nspec: {mode: ${mode}}\n`;
const FINDING = 'policy.yaml:4:14: spec.mode: expected one of Observe, Approve, Act, found "act"; did you mean "Act"?';

let drey: Drey;
beforeAll(async () => {
  drey = await buildDrey();
}, 120_000);
afterAll(() => drey.remove());

async function until<T>(what: () => Promise<T | undefined>, limitMs = 30_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; ) {
    const found = await what();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a policy that is edited while Drey runs', () => {
  it('is refused when it is wrong, said, and taken when it is right', { timeout: 120_000 }, async () => {
    await drey.write({ 'drey.yaml': CONFIG, 'policy.yaml': policy('Observe') });
    const child = drey.start(['run', '--config', 'drey.yaml']);
    const ended = once(child, 'exit');
    let log = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
    const lines = (message: string): Record<string, unknown>[] =>
      log
        .split('\n')
        .filter((it) => it.includes(`"msg":"${message}`))
        .map((it) => JSON.parse(it) as Record<string, unknown>);
    try {
      const [{ api, telemetry } = {}] = await until(async () => {
        if (child.exitCode !== null) throw new Error(log);
        const starting = lines('starting');
        return lines('running').length > 0 ? Promise.resolve(starting) : undefined;
      });
      const jobs = () => drey.run(['jobs', '--server', `http://${String(api)}`]);
      const metric = async () => {
        const text = await (await fetch(`http://${String(telemetry)}/metrics`)).text();
        return /^drey_policies_rejected (\d)$/m.exec(text)?.[1];
      };
      expect(await jobs()).toEqual({ code: 0, out: 'no jobs\n', err: '' });

      await drey.write({ 'policy.yaml': policy('act') });
      await until(async () => ((await metric()) === '1' ? true : undefined));
      expect((await jobs()).out).toMatch(
        /^policies: edited file refused, last accepted of \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ in force: policy\.yaml:4:14: /,
      );
      const shown = await (await fetch(`http://${String(api)}/api/v1/jobs`)).json();
      expect(shown).toMatchObject({
        policies: { refused: [{ file: 'policy.yaml', line: 4, column: 14, path: 'spec.mode', found: '"act"' }] },
      });
      // The same words as those of `drey lint`; a start is refused where a running Drey goes on.
      expect(await drey.run(['lint', 'policy.yaml'])).toEqual({ code: 1, out: `${FINDING}\n`, err: '' });
      expect(lines('edited policies refused').map((it) => it['findings'])).toEqual([[FINDING]]);
      expect(await drey.run(['run', '--config', 'drey.yaml'])).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(`${FINDING}\nDREY-INVALID: `) as string,
      });

      await drey.write({ 'policy.new': policy('Act') });
      await rename(join(drey.folder, 'policy.new'), join(drey.folder, 'policy.yaml'));
      await until(async () => ((await metric()) === '0' ? true : undefined));
      expect((await jobs()).out).toBe('no jobs\n');
      expect(lines('policies accepted').map((it) => it['policies'])).toEqual([['FlinkPolicy local/topup']]);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });
});
