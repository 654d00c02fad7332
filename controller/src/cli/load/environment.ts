import { parseYaml } from '../../io/yaml.ts';
import type { Finding, Issue, Path } from '../../resources/check/finding.ts';
import { type Shape, shapeOf } from '../../resources/check/shape.ts';
import { suggest } from '../../resources/check/suggest.ts';
import { dreyConfig } from '../../resources/config/config.ts';

/** Environment variables as Node has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key of the configuration as an environment variable. */
export interface Variable {
  readonly name: string;
  readonly path: Path;
  readonly shape: Shape;
}

/** What the environment says about the configuration. */
export interface Overrides {
  /** Variables that are set, each with the value that it gives its key. */
  readonly values: readonly { readonly variable: Variable; readonly value: unknown }[];
  readonly findings: readonly Finding[];
}

/** Variables of the command line and of the tools around Drey. */
const OTHERS = ['DREY_SERVER', 'DREY_TOKEN'];
const OTHER_PREFIXES = ['DREY_LAB_', 'DREY_TEST_'];
/** Kubernetes tells pods about services by such names, also about one that is called "drey". */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Every key of the configuration; lists and maps are one variable each, in YAML's flow form. */
export function configVariables(): readonly Variable[] {
  return leaves(shapeOf(dreyConfig), []);
}

function leaves(shape: Shape, path: readonly string[]): readonly Variable[] {
  if (shape.const !== undefined) return [];
  if (shape.properties === undefined) return [{ name: variableName(path), path, shape }];
  return Object.entries(shape.properties).flatMap(([key, part]) => leaves(part, [...path, key]));
}

/** `sources.prometheus.scrapeInterval` → `DREY_SOURCES_PROMETHEUS_SCRAPE_INTERVAL` */
function variableName(path: readonly string[]): string {
  return ['DREY', ...path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase())].join('_');
}

/** What the environment says about the configuration. Variables that are set to nothing count as not set. */
export function readOverrides(environment: Environment): Overrides {
  const variables = configVariables();
  const values: Overrides['values'][number][] = [];
  const findings: Finding[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('DREY_') || text === undefined || text === '' || isOther(name)) continue;
    const variable = variables.find((it) => it.name === name);
    if (variable === undefined) findings.push(unknownVariable(name, variables));
    else {
      const read = readValue(variable, text);
      findings.push(...read.findings);
      values.push({ variable, value: read.value });
    }
  }
  return { values, findings };
}

function isOther(name: string): boolean {
  return OTHERS.includes(name) || OTHER_PREFIXES.some((it) => name.startsWith(it)) || SERVICE_LINK.test(name);
}

function readValue(variable: Variable, text: string): { value: unknown; findings: readonly Finding[] } {
  if (variable.shape.type === 'string') return { value: text, findings: [] };
  const { documents, findings } = parseYaml(text, variable.name);
  return { value: documents[0]?.value ?? null, findings };
}

function unknownVariable(name: string, variables: readonly Variable[]): Finding {
  const names = variables.map((it) => it.name);
  return {
    ...placeOf(name),
    path: [],
    at: 'key',
    expected: 'a variable that stands for a key of the configuration',
    found: name,
    suggestion: suggest(name, names),
  };
}

const placeOf = (name: string) => ({ file: name, line: 1, column: 1 });

/** The place of an issue whose value came from the environment; undefined when it came from the file. */
export function locateInEnvironment(issue: Issue, overrides: Overrides): Finding | undefined {
  const from = overrides.values.find(({ variable: { path } }) => path.every((step, i) => issue.path[i] === step));
  return from === undefined ? undefined : { ...issue, ...placeOf(from.variable.name) };
}

/** The document with the environment's values in it. What is no mapping stays: the check will say so. */
export function applyOverrides(document: unknown, overrides: Overrides): unknown {
  return overrides.values.reduce<unknown>((at, { variable, value }) => put(at, variable.path, value), document);
}

function put(target: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (target !== undefined && (typeof target !== 'object' || target === null || Array.isArray(target))) return target;
  const object = (target ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [step]: put(object[step], rest, value) };
}
