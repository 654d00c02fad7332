import { startProxy } from '../proxy/proxy.ts';

/** `lab proxy`: the fault proxy as a process of its own, until the signal. Returns the exit code. */
export async function proxyCommand(target: string, port: string | undefined, signal: AbortSignal): Promise<number> {
  const proxy = await startProxy({ target, ...(port !== undefined && { port: Number(port) }) });
  process.stdout.write(`${proxy.url} in front of ${target}\n`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await proxy.close();
  return 0;
}
