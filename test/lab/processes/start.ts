import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from './identity.ts';
import { labMarker } from './marked.ts';
import type { LabProcess, ProcessTable } from './table.ts';

/** A program of the lab. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a program that outlives its starter, logs to `LAB/logs/NAME.log` and is written into the lab's table. */
export async function startProcess(table: ProcessTable, program: Program): Promise<LabProcess> {
  const logs = join(table.folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${program.name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(program.command, program.args, {
    cwd: table.folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...program.env, [labMarker]: table.folder },
  });
  closeSync(output);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  const pid = child.pid ?? 0;
  const startTime = await startTimeOf(pid);
  if (startTime === undefined) throw new Error(`${program.name} ended at once, see ${log}`);
  const started: LabProcess = { name: program.name, pid, startTime, port: program.port, log };
  table.add(started);
  return started;
}
