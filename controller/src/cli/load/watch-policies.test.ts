import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../io/clock.ts';
import { type Log, silentLog } from '../../io/log.ts';
import type { Issue } from '../../resources/check/finding.ts';
import { DEFAULT_SOURCES } from '../../resources/policy/rules.ts';
import { loadDocuments } from './load.ts';
import { PolicyFiles } from './policy-files.ts';
import { watchPolicies } from './watch-policies.ts';

const policy = (name: string, mode: string): string =>
  `apiVersion: drey.dev/v1alpha1\nkind: FlinkPolicy\nmetadata: {name: ${name}, namespace: local}\nspec: {mode: ${mode}}\n`;

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((it) => rm(it, { recursive: true })));
});

/** Two policy files and Drey's look at them. `whileSettling` runs between a first and a second reading. */
async function world() {
  const folder = await mkdtemp(join(tmpdir(), 'drey-policies-'));
  folders.push(folder);
  const [a, b] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')] as const;
  await writeFile(a, policy('a', 'Observe'));
  await writeFile(b, policy('b', 'Observe'));
  const hooks = { at: 1_800_000_000_000, whileSettling: () => Promise.resolve(), settled: 0 };
  const clock: Clock = {
    now: () => hooks.at,
    // Deadlines don't pass here: they wait until what they guard has ended.
    sleep: async (ms, signal) => {
      if (signal) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      hooks.settled += 1;
      hooks.at += ms;
      await hooks.whileSettling();
    },
  };
  const logged: { readonly message: string; readonly findings: unknown }[] = [];
  const take = (message: string, fields = {}) => void logged.push({ message, findings: undefined, ...fields });
  const log: Log = { ...silentLog, info: take, warn: take, error: take };
  const locate = (issue: Issue) => ({ ...issue, file: 'drey.yaml', line: 7, column: 3 });
  const files = new PolicyFiles({ files: [a, b], locate, sources: DEFAULT_SOURCES, clock });
  const first = await files.look();
  if (!first.ok) throw new Error('the first look failed');
  const source = watchPolicies({ files, policies: first.policies, clock, log });
  const modes = () => source.current.map((it) => `${it.title.replace('FlinkPolicy local/', '')} ${it.spec.mode}`);
  const tick = async () => {
    hooks.at += 5000;
    await source.refresh();
    return { modes: modes(), refused: source.status.refused?.map((it) => `${it.line} ${it.path} ${it.found}`) ?? null };
  };
  return { a, b, hooks, logged, source, tick };
}

const UNTOUCHED = ['a Observe', 'b Observe'];
const EDITED = ['a Act', 'b Observe'];

describe('policies that are edited while Drey runs', () => {
  it('are in force at the next tick when they are right', async () => {
    const { a, hooks, logged, source, tick } = await world();
    const began = source.status.acceptedAt;
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused: null });
    expect(source.status.acceptedAt).toBe(began);
    await writeFile(a, policy('a', 'Act'));
    expect(await tick()).toEqual({ modes: EDITED, refused: null });
    expect(source.status.acceptedAt).toBe(hooks.at);
    const inForce = source.current;
    await tick();
    expect(source.current).toBe(inForce);
    expect(logged.map((it) => it.message)).toEqual(['policies accepted']);
  });

  it('are refused together when one is wrong, said once, until it is right', async () => {
    const { a, b, hooks, logged, source, tick } = await world();
    const began = source.status.acceptedAt;
    await writeFile(a, policy('a', 'Act'));
    await writeFile(b, policy('b', 'act'));
    for (let i = 0; i < 3; i++) {
      expect(await tick()).toEqual({ modes: UNTOUCHED, refused: ['4 spec.mode "act"'] });
    }
    expect(source.status.acceptedAt).toBe(began);
    expect(logged).toEqual([
      expect.objectContaining({
        message: 'edited policies refused, the last accepted ones stay in force',
        findings: [`${b}:4:14: spec.mode: expected one of Observe, Approve, Act, found "act"; did you mean "Act"?`],
      }),
    ]);
    await writeFile(b, policy('b', 'acts'));
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused: ['4 spec.mode "acts"'] });
    expect(logged).toHaveLength(2);
    await writeFile(b, policy('b', 'Act'));
    expect(await tick()).toEqual({ modes: ['a Act', 'b Act'], refused: null });
    expect(source.status).toEqual({ acceptedAt: hooks.at, refused: null });
    expect(logged.at(-1)?.message).toBe('policies accepted');
  });

  it('are refused when two files come to hold the same policy', async () => {
    const { b, tick } = await world();
    await writeFile(b, policy('a', 'Act'));
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused: ['3 metadata.name a second FlinkPolicy local/a'] });
  });

  it.each<[string, (file: string) => Promise<unknown>, string]>([
    ['gone', () => Promise.resolve(), 'no such file'],
    ['a folder', (file) => mkdir(file), 'is a folder'],
    ['a pipe that nobody writes to', (file) => promisify(execFile)('mkfifo', [file]), 'is no regular file'],
    ['too large', (file) => writeFile(file, '#'.repeat(1024 * 1024 + 1)), 'larger than 1 MiB'],
  ])('stay in force when a file is %s', async (_, put, problem) => {
    const { b, logged, source, tick } = await world();
    await rm(b);
    await put(b);
    const refused = [`7 policies[1] ${b}: ${problem}`];
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused });
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused });
    expect(source.status.refused?.[0]?.file).toBe('drey.yaml');
    expect(logged).toHaveLength(1);
    await rm(b, { recursive: true, force: true });
    await writeFile(b, policy('b', 'Act'));
    expect(await tick()).toEqual({ modes: ['a Observe', 'b Act'], refused: null });
  });

  it('stay in force when a file was emptied', async () => {
    const { b, tick } = await world();
    await writeFile(b, '');
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused: ['1 . nothing'] });
  });
});

describe('files as editors write them', () => {
  it('a file put in place by a rename is taken', async () => {
    const { a, tick } = await world();
    await writeFile(`${a}.new`, policy('a', 'Act'));
    await rename(`${a}.new`, a);
    expect(await tick()).toEqual({ modes: EDITED, refused: null });
  });

  it('half a file is not taken though it is right as it stands', async () => {
    const { a, hooks, logged, source, tick } = await world();
    const half = policy('a', 'Act').replace('{mode: Act}', '\n  mode: Act');
    const whole = `${half}  safety: {cooldown: 1h}\n`;
    expect(loadDocuments(half, a).findings).toEqual([]);
    await writeFile(a, half);
    hooks.whileSettling = () => writeFile(a, whole);
    expect(await tick()).toEqual({ modes: EDITED, refused: null });
    expect(source.current[0]?.spec.safety.cooldown).toBe(3_600_000);
    expect(logged.map((it) => it.message)).toEqual(['policies accepted']);
  });

  it('a file that goes on changing is left for the next tick', async () => {
    const { a, hooks, logged, tick } = await world();
    let n = 0;
    hooks.whileSettling = () => writeFile(a, `${policy('a', 'Act')}# ${n++}\n`);
    await hooks.whileSettling();
    expect(await tick()).toEqual({ modes: UNTOUCHED, refused: null });
    expect(hooks.settled).toBe(4);
    expect(logged).toEqual([]);
    hooks.whileSettling = () => Promise.resolve();
    expect(await tick()).toEqual({ modes: EDITED, refused: null });
  });

  it('the same text written again is no change', async () => {
    const { a, logged, source, tick } = await world();
    const before = source.current;
    await writeFile(a, policy('a', 'Observe'));
    await tick();
    expect(source.current).toBe(before);
    expect(logged).toEqual([]);
  });

  it('a change that keeps length and time of the file is seen', async () => {
    const { b, tick } = await world();
    const { atime, mtime } = await stat(b);
    await writeFile(b, policy('c', 'Observe'));
    await utimes(b, atime, mtime);
    expect(await tick()).toEqual({ modes: ['a Observe', 'c Observe'], refused: null });
  });

  it('nothing is read while nothing changes', async () => {
    const { hooks, tick } = await world();
    await tick();
    await tick();
    expect(hooks.settled).toBe(0);
  });
});
