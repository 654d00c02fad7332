import { mkdir } from 'node:fs/promises';
import { install, isBuilt, removeLeftovers, workFolders } from './cache.ts';
import { flinkPart } from './flink.ts';
import { lockFolder } from './lock.ts';
import { lokiPart, promtailPart } from './loki.ts';
import type { Part } from './part.ts';
import { prometheusPart } from './prometheus.ts';
import { runProgram } from './run.ts';
import { missingToolchains, type MissingToolchain } from './toolchains.ts';
import { topupPart } from './topup.ts';

/** The parts by name. */
export const partNames = ['flink', 'prometheus', 'loki', 'promtail', 'topup', 'flink-1.20', 'topup-1.20'] as const;
export type PartName = (typeof partNames)[number];

const makers: Readonly<Record<PartName, () => Promise<Part>>> = {
  flink: () => Promise.resolve(flinkPart('2.3')),
  prometheus: prometheusPart,
  loki: lokiPart,
  promtail: promtailPart,
  topup: () => topupPart('2.3'),
  'flink-1.20': () => Promise.resolve(flinkPart('1.20')),
  'topup-1.20': () => topupPart('1.20'),
};

/** Programs that build two things at once leave a machine of two cores usable; more don't end sooner. */
const atOnce = 2;

/** What a run needs: where, what, whom to tell, and how to be stopped. */
export interface ProvisionOptions {
  readonly cache: string;
  readonly parts: readonly Part[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Thrown before anything is built when parts need programs that this machine lacks. */
export class ToolchainsMissing extends Error {
  readonly missing: readonly MissingToolchain[];
  constructor(missing: readonly MissingToolchain[]) {
    super(missing.map(({ title, found, hint }) => `${title} is needed (${found}): ${hint}`).join('\n'));
    this.name = 'ToolchainsMissing';
    this.missing = missing;
  }
}

/** Makes parts by their names; their inputs are read from the checkout. */
export function makeParts(names: readonly PartName[]): Promise<Part[]> {
  return Promise.all(names.map((name) => makers[name]()));
}

/**
 * Fills the cache with the parts that it lacks, at most two at a time. Parts that are built stay as they are; one that
 * was interrupted is built anew. Throws ToolchainsMissing, or an AggregateError of what failed (the others are kept).
 */
export async function provision(options: ProvisionOptions): Promise<void> {
  const { cache, parts, say } = options;
  await mkdir(cache, { recursive: true });
  if ((await unbuilt(cache, parts)).length === 0) return;
  const lock = await lockFolder(cache, () => say(`waiting: another provisioning works on ${cache}`));
  try {
    await removeLeftovers(cache);
    const wanted = await unbuilt(cache, parts);
    const missing = missingToolchains(wanted.flatMap((part) => part.needs));
    if (missing.length > 0) throw new ToolchainsMissing(missing);
    await buildAll(wanted, options);
  } finally {
    await lock.release();
  }
}

async function unbuilt(cache: string, parts: readonly Part[]): Promise<Part[]> {
  const built = await Promise.all(parts.map((part) => isBuilt(cache, part)));
  return parts.filter((_, place) => built[place] !== true);
}

async function buildAll(parts: readonly Part[], options: ProvisionOptions): Promise<void> {
  const queue = [...parts];
  const errors: Error[] = [];
  const worker = async (): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      try {
        await buildOne(part, options);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        options.say(`${part.name}: failed`);
        errors.push(new Error(`${part.name}: ${text}`));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (errors.length > 0) throw new AggregateError(errors, errors.map((error) => error.message).join('\n'));
}

async function buildOne(part: Part, { cache, say, signal }: ProvisionOptions): Promise<void> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  const folders = await workFolders(cache, part);
  try {
    await part.build({
      ...folders,
      step: (text) => say(`${part.name}: ${text}`),
      run: (command, args, runOptions) => runProgram(command, args, { ...runOptions, signal }),
    });
    await install(cache, part, { result: folders.result, seconds: seconds() });
  } finally {
    await folders.remove();
  }
  say(`${part.name}: ready after ${seconds()} s`);
}
