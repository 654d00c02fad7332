import { cacheFolder } from '../root.ts';
import type { FlinkLine } from '../versions.ts';
import { makeParts, type PartName, partNames, provision, ToolchainsMissing } from '../provision/provision.ts';

/** Exit codes of `lab provision`: toolchains are told apart, so that a test run can skip instead of fail. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, toolchainMissing: 3 } as const;

/** Reads `--only a,b`; undefined when a name is not known. */
function readOnly(text: string | undefined): PartName[] | undefined {
  if (text === undefined) return [...partNames];
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter((name): name is PartName => (partNames as readonly string[]).includes(name));
  return known.length === names.length ? known : undefined;
}

/** The parts that a lab of one Flink line runs on. */
export function partsOf({ flink, loki }: { flink: FlinkLine; loki: boolean }): readonly PartName[] {
  const ofFlink = flink === '2.3' ? (['flink', 'topup'] as const) : (['flink-1.20', 'topup-1.20'] as const);
  return [...ofFlink, 'prometheus', ...(loki ? (['loki', 'promtail'] as const) : [])];
}

/** `lab provision`: fills the cache and tells about it, one line a change. Returns the exit code. */
export async function provisionCommand(only: string | undefined, signal: AbortSignal): Promise<number> {
  const names = readOnly(only);
  if (names !== undefined) return provisionParts(names, signal);
  process.stderr.write(`lab: --only takes names out of ${partNames.join(',')}\n`);
  return exitCodes.wrongUse;
}

/** Fills the cache with these parts and tells about it. Returns the exit code. */
export async function provisionParts(names: readonly PartName[], signal: AbortSignal): Promise<number> {
  const began = performance.now();
  const say = (line: string): void => {
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(`[${String(seconds).padStart(4)} s] ${line}\n`);
  };
  const cache = cacheFolder();
  try {
    await provision({ cache, parts: await makeParts(names), say, signal });
  } catch (error) {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ToolchainsMissing ? exitCodes.toolchainMissing : exitCodes.failed;
  }
  say(`${names.join(', ')}: in ${cache}`);
  return exitCodes.done;
}
