import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../../controller/src/core/model/action.ts';
import { buildDrey, type Drey } from './drey.ts';

const timeout = 120_000;

let drey: Drey;
/** Where the demo makes its folder: empty before, empty after. */
let temporary: string;
let env: Record<string, string>;
beforeAll(async () => {
  drey = await buildDrey();
  temporary = join(drey.folder, 'tmp');
  mkdirSync(temporary);
  env = { TMPDIR: temporary, TMP: temporary, TEMP: temporary, LC_ALL: 'C.UTF-8' };
}, timeout);
afterAll(() => drey.remove());

const leftBehind = (): readonly string[] => readdirSync(temporary);

interface Line {
  /** Virtual, from the first line on. */
  readonly afterMs: number;
  readonly job: string;
  readonly event: string;
  readonly cause: string;
  readonly action: string;
  readonly reason: string;
  readonly why: string;
}

const LINE = /^(\d\d):(\d\d):(\d\d) (\S+) (\S+) cause=(\S+) action=(\S+) reason=(\S+) (.+)$/;

function readLines(out: string): readonly Line[] {
  const lines = out.split('\n').filter((it) => it !== '' && !it.startsWith('#'));
  let first: number | undefined;
  return lines.map((line) => {
    const [, h, m, s, job = '', event = '', cause = '', action = '', reason = '', why = ''] = LINE.exec(line) ?? [];
    if (h === undefined) throw new Error(`not a line of the demo: ${line}`);
    const at = ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000;
    first ??= at;
    return { afterMs: (at - first + 86_400_000) % 86_400_000, job, event, cause, action, reason, why };
  });
}

describe('drey demo --plain', () => {
  it('acts soon, in several ways, explains what it holds, ends by itself and leaves nothing', { timeout }, async () => {
    const args = ['demo', '--plain', '--seconds', '15', '--speed', '240'];
    const { code, out, err } = await drey.run(args, { env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^# Drey demo: simulated Flink jobs topup, .*\n(# .*\n){2}/);
    const lines = readLines(out);
    const acts = lines.filter((it) => it.event === 'Act');
    // At the usual speed these are 45 s and 2 min.
    expect(acts[0]?.afterMs).toBeLessThanOrEqual(45 * 60_000);
    expect(acts.every((it) => ACTIONS.some((action) => action === it.action))).toBe(true);
    expect(new Set(acts.map((it) => it.action)).size).toBeGreaterThanOrEqual(3);
    expect(lines.find((it) => it.event === 'Hold' && it.reason !== '-' && it.why.length > 10)).toBeDefined();
    expect(lines.find((it) => it.event === 'Succeeded')).toBeDefined();
    expect(leftBehind()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends well on %s', { timeout }, async (signal) => {
    const child = drey.start(['demo', '--plain'], env);
    const ended = once(child, 'exit');
    await once(child.stdout!, 'data');
    expect(leftBehind()).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(leftBehind()).toEqual([]);
  });

  it('ends quietly when nobody reads on', { timeout }, async () => {
    const child = drey.start(['demo', '--plain', '--speed', '960'], env);
    const ended = once(child, 'exit');
    let err = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    expect(await ended).toEqual([0, null]);
    expect(err).toBe('');
    expect(leftBehind()).toEqual([]);
  });

  it('answers other commands meanwhile', { timeout }, async () => {
    const child = drey.start(['demo', '--plain'], env);
    const ended = once(child, 'exit');
    try {
      const [first] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
      const server = /--server (http:\/\/127\.0\.0\.1:\d+)\n/.exec(first)?.[1] ?? '';
      await expect
        .poll(() => drey.run(['explain', 'topup', '--server', server]), { timeout: 30_000, interval: 200 })
        .toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^simulated\/default\/Job\/topup\n/) as string });
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([0, null]);
  });
});

interface Shown {
  readonly code: number;
  readonly restored: boolean;
  readonly stepsLeft: number;
  readonly written: string;
}

/** What the terminal shows after the last picture that was drawn. */
function pictureOf(written: string, rows: number): readonly string[] {
  const picture = Array.from({ length: rows }, () => '');
  // oxlint-disable-next-line no-control-regex
  for (const [, row, text] of written.matchAll(/\u001b\[(\d+);1H([^\u001b]*(?:\u001b\[\d+m[^\u001b]*)*)/g)) {
    // oxlint-disable-next-line no-control-regex
    picture[Number(row) - 1] = (text ?? '').replace(/\u001b\[\d+m/g, '').trimEnd();
  }
  return picture;
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty, termios'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPython() && process.env['CI'] !== 'true')('drey demo in a terminal (needs python3)', () => {
  async function show(plan: object, more: Record<string, string> = {}): Promise<Shown> {
    const args = [join(import.meta.dirname, 'terminal.py'), JSON.stringify(plan), process.execPath];
    const bundle = join(drey.folder, 'bundle/drey.js');
    const options = { env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env, ...more }, maxBuffer: 1e8 };
    const { stdout } = await promisify(execFile)('python3', [...args, bundle, 'demo', '--speed', '120'], options);
    return JSON.parse(stdout) as Shown;
  }
  const first = { wait: 'sim-activation', send: '' };

  it('draws 80×24, follows a resize, and gives the terminal back on Ctrl-C', { timeout }, async () => {
    const steps = [first, { wait: 'records/s', resize: [120, 40] }, { wait: '\u001b[40;1H', send: '\u0003' }];
    const { code, restored, stepsLeft, written } = await show({ columns: 80, rows: 24, steps });
    expect({ code, restored, stepsLeft }).toEqual({ code: 0, restored: true, stepsLeft: 0 });
    const [small = '', large = ''] = written.split('\u001b[2J').slice(1);
    const picture = pictureOf(small, 24);
    expect(picture[0]).toMatch(/^DREY DEMO .* \d\d:\d\d:\d\d {2}120x$/);
    expect(Math.max(...picture.map((row) => row.length))).toBe(80);
    expect(picture.at(-1)).toContain('q quit');
    expect(pictureOf(large, 40).at(-1)).toContain('q quit');
    expect(written.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
    expect(written.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(leftBehind()).toEqual([]);
  });

  it('explains, injects a fault, stands still, and ends on q', { timeout }, async () => {
    const steps = [
      { wait: 'WithinBand', send: 'e' },
      { wait: 'Newest restore point', send: 'f' },
      { wait: 'Inject a fault', send: '\r' },
      { wait: 'q quit', send: ' ' },
      { wait: 'PAUSED', send: '+q' },
    ];
    const { code, restored, stepsLeft, written } = await show({ columns: 100, rows: 50, steps });
    expect({ code, restored, stepsLeft }).toEqual({ code: 0, restored: true, stepsLeft: 0 });
    expect(written).toContain('240x');
  });

  it('has no colours where NO_COLOR says so', { timeout }, async () => {
    const { written } = await show({ columns: 80, rows: 24, steps: [{ ...first, send: 'q' }] }, { NO_COLOR: '1' });
    // oxlint-disable-next-line no-control-regex
    expect(written).not.toMatch(/\u001b\[[1-9]\d*m/);
  });
});
