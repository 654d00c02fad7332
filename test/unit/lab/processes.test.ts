import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endLabProcesses } from '../../lab/lab.ts';
import { endProcesses } from '../../lab/processes/end.ts';
import { isAlive, startTimeOf } from '../../lab/processes/identity.ts';
import { labMarker, markedProcesses } from '../../lab/processes/marked.ts';
import { freePort } from '../../lab/processes/port.ts';
import { startProcess } from '../../lab/processes/start.ts';
import { ProcessTable, readTable } from '../../lab/processes/table.ts';
import { startWatchdog } from '../../lab/processes/watchdog.ts';

let folder: string;
let strangers: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-processes-'));
  strangers = [];
});

afterEach(async () => {
  for (const stranger of strangers) stranger.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const sleeper = { command: 'sleep', args: ['60'], port: null };

function stranger(): ChildProcess {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  strangers.push(child);
  return child;
}

describe('processes of a lab', () => {
  it('are written into the table with pid, start time and port', async () => {
    const table = new ProcessTable(folder);
    const one = await startProcess(table, { ...sleeper, name: 'one', port: 4711 });
    expect(readTable(folder).processes).toEqual([one]);
    expect(one).toMatchObject({ name: 'one', port: 4711, startTime: await startTimeOf(one.pid) });
    await endLabProcesses(table);
    expect(await isAlive(one)).toBe(false);
    expect(readTable(folder).processes).toEqual([]);
  });

  it('are told from a later process with the same pid', async () => {
    const pid = stranger().pid!;
    const startTime = (await startTimeOf(pid))!;
    await endProcesses([{ pid, startTime: startTime - 1 }]);
    expect(await isAlive({ pid, startTime })).toBe(true);
  });

  it('end with SIGKILL when they do not listen', async () => {
    const table = new ProcessTable(folder);
    const script = 'trap "" TERM; echo deaf; while :; do sleep 0.1; done';
    const stubborn = await startProcess(table, { name: 'stubborn', command: 'sh', args: ['-c', script], port: null });
    await expect.poll(() => readFile(stubborn.log, 'utf8')).toBe('deaf\n');
    await endProcesses([stubborn], 200);
    expect(await isAlive(stubborn)).toBe(false);
  });

  it('are found by their marker, children included', async () => {
    const table = new ProcessTable(folder);
    await startProcess(table, { name: 'parent', command: 'sh', args: ['-c', 'sleep 60 & wait'], port: null });
    stranger();
    await expect.poll(() => markedProcesses(table.markers)).toHaveLength(2);
    expect(await endLabProcesses(table)).toBe(2);
    expect(await markedProcesses(table.markers)).toEqual([]);
  });

  it('tell the end of the log when a program ends at once', async () => {
    const table = new ProcessTable(folder);
    const failing = { name: 'failing', command: 'sh', args: ['-c', 'echo broken; sleep 0.2'], port: null };
    const one = await startProcess(table, failing);
    await expect.poll(() => readFile(one.log, 'utf8')).toBe('broken\n');
    await endLabProcesses(table);
  });
});

describe('watchdog', () => {
  it('ends marked and recorded processes once the one that held its pipe was killed, and no others', async () => {
    const table = new ProcessTable(folder);
    const recorded = await startProcess(table, { ...sleeper, name: 'recorded' });
    const marked = spawn('sleep', ['60'], { stdio: 'ignore', env: { ...process.env, [labMarker]: folder } });
    strangers.push(marked);
    const other = stranger();
    const reaper = join(import.meta.dirname, '../../lab/processes/reaper.js');
    const script = `
      require('node:child_process').spawn(process.execPath, ${JSON.stringify([reaper, folder])}, {
        detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    await new Promise((resolve) => parent.once('exit', resolve));
    await expect.poll(() => isAlive(recorded), { timeout: 5_000 }).toBe(false);
    await expect.poll(() => marked.signalCode).toBe('SIGKILL');
    expect(other.signalCode).toBeNull();
  });

  it('does nothing when it was sent away', async () => {
    const table = new ProcessTable(folder);
    const one = await startProcess(table, { ...sleeper, name: 'one' });
    startWatchdog(folder)();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await isAlive(one)).toBe(true);
    await endLabProcesses(table);
  });
});

describe('freePort', () => {
  it('gives different ports', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
  });
});
