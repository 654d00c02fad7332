import { configVariables } from '../../../controller/src/cli/load/environment.ts';
import { formatPath, type Path } from '../../../controller/src/resources/check/finding.ts';
import { type Shape, shapeOf } from '../../../controller/src/resources/check/shape.ts';
import { dreyConfig } from '../../../controller/src/resources/config/config.ts';
import { clusterFlinkPolicySpec, flinkPolicySpec } from '../../../controller/src/resources/policy/policy.ts';
import { code, markdownTable } from './markdown.ts';

interface Key {
  readonly path: string;
  readonly shape: Shape;
  readonly required: boolean;
}

/** All keys below a shape; `[]` stands for each entry of a list. */
function keysOf(shape: Shape, prefix = ''): readonly Key[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, part]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const required = shape.required?.includes(name) === true;
    return [
      { path, shape: part, required },
      ...keysOf(part, path),
      ...(part.items === undefined ? [] : keysOf(part.items, `${path}[]`)),
    ];
  });
}

function typeOf(shape: Shape): string {
  if (shape.const !== undefined) return shape.const;
  if (shape.enum !== undefined) return shape.enum.join(', ');
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeOf).join(' or ');
  if (shape.items !== undefined) return shape.items.properties === undefined ? `list: ${typeOf(shape.items)}` : 'list';
  if (shape.properties !== undefined) return 'mapping';
  if (typeof shape.additionalProperties === 'object') return 'name → value';
  if (shape.pattern?.includes('(h|m|s|ms)') === true) return 'duration';
  return (
    ({ string: 'text', integer: 'whole number' } as Record<string, string>)[shape.type ?? ''] ?? shape.type ?? 'any'
  );
}

function defaultOf({ shape, required }: Key): string {
  if (required) return 'required';
  if (shape.properties !== undefined || shape.default === undefined) return '';
  return code(typeof shape.default === 'string' ? shape.default : JSON.stringify(shape.default));
}

const keyRow = (key: Key): string[] => [code(key.path), typeOf(key.shape), defaultOf(key), key.shape.description ?? ''];
const HEAD = ['key', 'type', 'default', 'meaning'];

export function configurationReference(): string {
  const variables = configVariables().map(({ name, path }: { name: string; path: Path }) => [
    code(name),
    code(formatPath(path)),
  ]);
  return `# Configuration

\`drey run --config FILE\` reads one \`DreyConfig\`. Unknown keys are refused; relative paths start at the file's own folder.
A duration is written as \`15s\` or \`1h30m\` (\`h\`, \`m\`, \`s\`, \`ms\`).

${markdownTable(HEAD, keysOf(shapeOf(dreyConfig)).map(keyRow))}
## Environment

Variables go before the file. Lists and maps are written in YAML's flow form; one that is set to nothing counts as not set.

${markdownTable(['variable', 'key'], variables)}`;
}

export function policyReference(): string {
  const own = keysOf(shapeOf(flinkPolicySpec));
  const known = new Set(own.map((it) => it.path));
  const more = keysOf(shapeOf(clusterFlinkPolicySpec)).filter((it) => !known.has(it.path));
  return `# Policies

A \`FlinkPolicy\` governs jobs of its namespace, a \`ClusterFlinkPolicy\` jobs of many. Every field has a default: \`spec: {}\` is
valid and observes. A namespaced policy goes before a cluster policy, then the higher \`priority\`; a tie governs nobody. The
\`safety\` of a cluster policy is a ceiling: the stricter value wins.

This version does not carry out \`mode: Approve\`, \`heal.rules[].when.alert\`, rules on the symptoms \`LagGrowing\`,
\`Overloaded\` and \`Oversized\`, \`heal.restore.allowEmpty\` and \`safety.approval.actions\`: policies with them are refused.

## spec

${markdownTable(HEAD, own.map(keyRow))}
## spec of a ClusterFlinkPolicy, in addition

${markdownTable(HEAD, more.map(keyRow))}`;
}
