import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { checkoutRoot } from '../root.ts';

/**
 * Starts a small process that ends everything in a lab's folder once this process is gone (a crash, kill -9, Ctrl-C).
 * Returns a function that sends it away when the lab was stopped in order.
 */
export function startWatchdog(folder: string): () => void {
  const script = join(checkoutRoot(), 'test/lab/processes/reaper.js');
  const child = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.on('error', () => {});
  // The pipe must stay open, but must not keep this process alive.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return () => {
    child.kill('SIGKILL');
  };
}
