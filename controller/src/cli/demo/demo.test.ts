import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { systemClock } from '../../io/clock.ts';
import { demoCommand, type DemoFlags } from './demo.ts';
import type { Host } from './host.ts';

const nobody: Host = {
  interactive: false,
  unicode: true,
  size: () => ({ columns: 80, rows: 24 }),
  onResize: () => () => undefined,
  onInput: () => () => undefined,
  interrupt: () => undefined,
  onHangup: () => () => undefined,
  onExit: () => () => undefined,
};

function demo(
  flags: Partial<DemoFlags>,
  signal: AbortSignal,
): { readonly out: string[]; readonly code: Promise<number> } {
  const out: string[] = [];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: () => undefined,
    paint: (_: string, text: string) => text,
    environment: {},
  };
  const all = { speed: '60', seed: '1', ...flags };
  return { out, code: demoCommand({ flags: all, terminal, host: nobody, clock: systemClock, signal }) };
}

it.each([
  [{ speed: 'fast' }, '--speed is a number from 0.1 to 1000, not "fast"'],
  [{ speed: '0' }, '--speed is a number from 0.1 to 1000, not "0"'],
  [{ speed: '1e2' }, '--speed is a number from 0.1 to 1000, not "1e2"'],
  [{ seconds: '-1' }, '--seconds is a number from 1 to 86400, not "-1"'],
  [{ seed: '1.5' }, '--seed is a whole number from 0 to 4294967295, not "1.5"'],
])('refuses %j before anything is started', async (flags, message) => {
  await expect(demo(flags, new AbortController().signal).code).rejects.toMatchObject({ code: 'DREY-USAGE', message });
});

it('ends at once where it was told to stop before it began', async () => {
  const stopped = AbortSignal.abort();
  const before = await readdir(tmpdir());
  const { out, code } = demo({}, stopped);
  expect(await code).toBe(0);
  expect(out.join('')).toMatch(/^# Drey demo: /);
  const left = (await readdir(tmpdir())).filter((name) => name.startsWith('drey-demo-') && !before.includes(name));
  expect(left).toEqual([]);
});
