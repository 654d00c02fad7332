import type { FleetSample } from './fleet-samples.ts';

/** Sums over subtasks: of half of the TaskManagers they are half. */
const SUMS =
  /^(?:vertexIn|vertexOut|vertexBusy|vertexIdle|vertexBackPressured|sourceIn|sourcePending|sourcePendingGrowth)$/;

/** An answer as a fault of metrics leaves it. Ages come from time stamps and counts from series: values do not change them. */
export function spoiled(
  samples: readonly FleetSample[],
  { fault, query }: { readonly fault: string; readonly query: string },
): readonly FleetSample[] {
  switch (fault) {
    case 'absent':
      return [];
    case 'nan':
      return untouched(query) ? samples : samples.map((sample) => ({ ...sample, value: Number.NaN }));
    case 'zero':
      return untouched(query) ? samples : samples.map((sample) => ({ ...sample, value: 0 }));
    case 'partial':
      return samples.flatMap((sample) => half(sample, query));
    default:
      return samples;
  }
}

function untouched(query: string): boolean {
  return query.endsWith('Age') || query === 'vertexSubtasks';
}

function half(sample: FleetSample, query: string): readonly FleetSample[] {
  const { subtasks } = sample;
  if (subtasks === undefined) return [sample];
  const left = Math.floor(subtasks / 2);
  if (left === 0) return [];
  if (query === 'vertexSubtasks') return [{ ...sample, value: left }];
  return [SUMS.test(query) ? { ...sample, value: (sample.value * left) / subtasks } : sample];
}
