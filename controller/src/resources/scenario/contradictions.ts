import { describeValue, type Issue, type Path } from '../check/finding.ts';
import { suggest } from '../check/suggest.ts';
import type { ScenarioFault } from './faults.ts';
import type { ScenarioJob, ScenarioVertex } from './job.ts';
import type { Scenario } from './scenario.ts';

/** Parts of a scenario that pass the schema and don't fit together, or that this version does not carry out. */
export function contradictions({ jobs, faults }: Scenario): readonly Issue[] {
  return [
    ...repeated(
      jobs.map(({ name }) => name),
      (index) => ['jobs', index, 'name'],
    ),
    ...jobs.flatMap((job, index) => ofJob(job, ['jobs', index])),
    ...faults.flatMap((one, index) => ofFault(one, { path: ['faults', index], jobs })),
  ];
}

function ofJob(job: ScenarioJob, path: Path): readonly Issue[] {
  const { vertices, load } = job;
  const names = vertices.map(({ name }) => name);
  const sources = vertices.filter(({ inputs }) => inputs.length === 0).map(({ name }) => name);
  return [
    ...repeated(names, (index) => [...path, 'vertices', index, 'name']),
    ...vertices.flatMap((vertex, index) => ofVertex(vertex, { job, index, path })),
    ...sources
      .filter((name) => load[name] === undefined)
      .map((name) => issue([...path, 'load'], `a load of the source ${describeValue(name)}`, undefined)),
    ...Object.entries(load).flatMap(([name, { shape }]) => [
      ...(sources.includes(name) ? [] : [oneOfThese([...path, 'load', name], sources, name, 'key')]),
      ...(shape === 'trace' ? [later([...path, 'load', name, 'shape'], 'one of steps, ramp, sine', '"trace"')] : []),
    ]),
  ];
}

function ofVertex(
  vertex: ScenarioVertex,
  { job, index, path }: { readonly job: ScenarioJob; readonly index: number; readonly path: Path },
): readonly Issue[] {
  const own = [...path, 'vertices', index];
  const upstream = job.vertices.slice(0, index).map(({ name }) => name);
  const cap = Math.min(vertex.maxParallelism ?? job.maxParallelism, job.maxParallelism);
  return [
    ...vertex.inputs.flatMap((input, at) =>
      upstream.includes(input) ? [] : [oneOfThese([...own, 'inputs', at], upstream, input, 'value')],
    ),
    ...(vertex.partitions !== undefined && vertex.inputs.length > 0
      ? [issue([...own, 'partitions'], 'no partitions: it is no source', vertex.partitions)]
      : []),
    ...(vertex.parallelism > cap
      ? [issue([...own, 'parallelism'], `at most ${cap}, its maxParallelism`, vertex.parallelism)]
      : []),
  ];
}

/** Kinds that need `for`: nothing else ends them. */
const LASTING: ReadonlySet<string> = new Set(['outOfMemory', 'checkpointFailing', 'storageDown']);
const REPEATED: ReadonlySet<string> = new Set(['restartLoop', 'outOfMemory']);

function ofFault(
  fault: ScenarioFault,
  { path, jobs }: { readonly path: Path; readonly jobs: Scenario['jobs'] },
): readonly Issue[] {
  if (fault.kind === 'logs') return [later([...path, 'kind'], 'another kind', '"logs"')];
  if (fault.kind === 'api' && fault.fault !== 'error')
    return [later([...path, 'fault'], 'error', describeValue(fault.fault))];
  if (!('job' in fault)) return [];
  const names = jobs.map(({ name }) => name);
  return [
    ...(names.includes(fault.job) ? [] : [oneOfThese([...path, 'job'], names, fault.job, 'value')]),
    ...(fault.kind === 'stateIncompatible'
      ? [later([...path, 'kind'], 'another kind', describeValue(fault.kind))]
      : []),
    ...(fault.every !== undefined && !REPEATED.has(fault.kind)
      ? [issue([...path, 'every'], 'every only of restartLoop and outOfMemory', 'every')]
      : []),
    ...(fault.for === undefined && LASTING.has(fault.kind)
      ? [issue([...path, 'for'], `a time after which ${fault.kind} ends`, undefined)]
      : []),
    ...(fault.healthySpec !== undefined && fault.kind !== 'stateIncompatible'
      ? [issue([...path, 'healthySpec'], 'healthySpec only of stateIncompatible', fault.healthySpec)]
      : []),
  ];
}

function repeated(names: readonly string[], pathOf: (index: number) => Path): readonly Issue[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [issue(pathOf(index), 'a name that no other has', name)],
  );
}

function oneOfThese(path: Path, known: readonly string[], found: string, at: Issue['at']): Issue {
  const expected = known.length === 0 ? 'none: nothing stands before it' : `one of ${known.join(', ')}`;
  return { path, at, expected, found: describeValue(found), suggestion: suggest(found, known) };
}

function issue(path: Path, expected: string, found: unknown): Issue {
  return { path, at: 'value', expected, found: describeValue(found), suggestion: null };
}

function later(path: Path, expected: string, found: string): Issue {
  return { path, at: 'value', expected, found: `${found}, which is not supported by this version`, suggestion: null };
}
