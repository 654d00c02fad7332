import { spawn } from 'node:child_process';
import type { RunOptions } from './part.ts';

/** Lines of output that a failed program's error carries. */
const tailLines = 20;

/** A program that ended with an error, with the end of what it printed. */
class ProgramFailed extends Error {
  constructor(command: string, status: string, output: string) {
    const tail = output.trimEnd().split('\n').slice(-tailLines).join('\n');
    super(`\`${command}\` ${status}${tail === '' ? '' : `:\n${tail}`}`);
    this.name = 'ProgramFailed';
  }
}

/**
 * Runs a program in its own process group at low priority and resolves with its output (stdout and stderr mixed).
 * The signal ends the whole group. Throws ProgramFailed.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions & { signal: AbortSignal },
): Promise<string> {
  const shown = [command, ...args].join(' ');
  if (options.signal.aborted) return Promise.reject(new ProgramFailed(shown, 'was not started', ''));
  return new Promise((resolve, reject) => {
    const child = spawn('nice', ['-n', '10', command, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-1_000_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    options.signal.addEventListener('abort', end, { once: true });
    child.on('error', (error) => reject(new ProgramFailed(shown, `did not start (${error.message})`, '')));
    child.on('close', (code, signal) => {
      options.signal.removeEventListener('abort', end);
      if (code === 0) resolve(output);
      else reject(new ProgramFailed(shown, signal === null ? `ended with ${code}` : `was ended by ${signal}`, output));
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
