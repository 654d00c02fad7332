import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as people run it: the bundle, built into a folder of its own. */
export interface Drey {
  /** Files of the test; the working folder of every call. */
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  run(args: readonly string[], options?: { env?: Record<string, string>; stdin?: string }): Promise<Result>;
  /** A process that goes on. */
  start(args: readonly string[], env?: Record<string, string>): ReturnType<typeof spawn>;
  remove(): Promise<void>;
}

export async function buildDrey(): Promise<Drey> {
  const folder = await mkdtemp(join(tmpdir(), 'drey-cli-'));
  const bundle = join(folder, 'bundle');
  await promisify(execFile)(process.execPath, ['build.js', bundle], { cwd: root });
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DREY_|NO_COLOR|FORCE_COLOR)/.test(name)),
  );
  const start: Drey['start'] = (args, more = {}) =>
    spawn(process.execPath, [join(bundle, 'drey.js'), ...args], { cwd: folder, env: { ...env, ...more } });
  return {
    folder,
    start,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    },
    run: (args, options = {}) =>
      new Promise((resolve, reject) => {
        const child = start(args, options.env);
        let out = '';
        let err = '';
        child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, out, err }));
        child.stdin?.end(options.stdin ?? '');
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
