import { dirname, relative, resolve } from 'node:path';
import { fileProblem, readTextFile } from '../../io/text-file.ts';
import { parseYaml, type YamlDocument } from '../../io/yaml.ts';
import type { Finding, Issue } from '../../resources/check/finding.ts';
import { checkResource, type Kind, KINDS, type Resource } from '../../resources/check/resource.ts';
import type { DreyConfig } from '../../resources/config/config.ts';
import { resolvePaths } from '../../resources/config/paths.ts';
import { DreyError } from '../../resources/errors.ts';
import { type LoadedPolicy, loadPolicy, policyTitle } from '../../resources/policy/loaded.ts';
import type { Policy } from '../../resources/policy/policy.ts';
import { applyOverrides, type Environment, locateInEnvironment, type Overrides, readOverrides } from './environment.ts';

/** A checked document with the way back to its places. */
export interface LoadedResource {
  readonly resource: Resource;
  readonly locate: YamlDocument['locate'];
}

/** What could be read of a file, and what is wrong with the rest. */
export interface LoadedFile {
  readonly resources: readonly LoadedResource[];
  readonly findings: readonly Finding[];
}

/** Throws `DREY-FILE-UNREADABLE`. */
export async function readFileOrFail(path: string): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    throw new DreyError('DREY-FILE-UNREADABLE', `${path}: ${fileProblem(error)}`, { cause: error });
  }
}

/** Checks every document of a file; only the given kinds may stand in it. */
export function loadDocuments(text: string, file: string, kinds: readonly Kind[] = KINDS): LoadedFile {
  const parsed = parseYaml(text, file === '-' ? '<stdin>' : file);
  const resources: LoadedResource[] = [];
  const findings = [...parsed.findings];
  for (const { value, locate } of parsed.documents) {
    const checked = checkResource(value, kinds);
    if (checked.ok) resources.push({ resource: checked.value, locate });
    else findings.push(...checked.issues.map(locate));
  }
  return { resources, findings };
}

/** Policies of one kind, namespace and name that stand twice. */
export function findDuplicates(resources: readonly LoadedResource[]): readonly Finding[] {
  const seen = new Set<string>();
  return resources.flatMap(({ resource, locate }) => {
    if (resource.kind === 'DreyConfig') return [];
    const title = policyTitle(resource);
    if (!seen.has(title)) {
      seen.add(title);
      return [];
    }
    const issue: Issue = {
      path: ['metadata', 'name'],
      at: 'value',
      expected: 'a name that no other policy has',
      found: `a second ${title}`,
      suggestion: null,
    };
    return [locate(issue)];
  });
}

/** A configuration that was checked, paths absolute, with its policies. */
export interface LoadedSetup {
  readonly config: DreyConfig;
  readonly policies: readonly LoadedPolicy[];
}

/** All of it or what is wrong: nothing starts on a part. */
export type Setup =
  | { readonly ok: true; readonly setup: LoadedSetup }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * The configuration, with what the environment says, and the policies that it names.
 * Throws `DREY-FILE-UNREADABLE` when the configuration itself can't be read.
 */
export async function loadSetup(file: string, environment: Environment): Promise<Setup> {
  const text = await readFileOrFail(file);
  const overrides = readOverrides(environment);
  const loaded = loadConfig(text, file, overrides);
  const [config] = loaded.resources;
  if (config?.resource.kind !== 'DreyConfig') return { ok: false, findings: loaded.findings };
  const resolved = resolvePaths(config.resource, file === '-' ? process.cwd() : dirname(resolve(file)));
  const policies = await loadPolicies(
    resolved.policies,
    (issue) => locateInEnvironment(issue, overrides) ?? config.locate(issue),
  );
  const findings = [...loaded.findings, ...policies.findings, ...findDuplicates(policies.resources)];
  if (findings.length > 0) return { ok: false, findings };
  const checked = policies.resources.flatMap(({ resource }) => (isPolicy(resource) ? [loadPolicy(resource)] : []));
  return { ok: true, setup: { config: resolved, policies: checked } };
}

const isPolicy = (resource: Resource): resource is Policy => resource.kind !== 'DreyConfig';

function loadConfig(text: string, file: string, overrides: Overrides): LoadedFile {
  const parsed = parseYaml(text, file === '-' ? '<stdin>' : file);
  const findings = [...overrides.findings, ...parsed.findings];
  const [document, second] = parsed.documents;
  if (second !== undefined) findings.push(second.locate(notAlone));
  if (document === undefined) return { resources: [], findings };
  const locate = (issue: Issue): Finding => locateInEnvironment(issue, overrides) ?? document.locate(issue);
  const checked = checkResource(applyOverrides(document.value, overrides), ['DreyConfig']);
  if (!checked.ok) return { resources: [], findings: [...findings, ...checked.issues.map(locate)] };
  return { resources: [{ resource: checked.value, locate }], findings };
}

const notAlone: Issue = {
  path: [],
  at: 'value',
  expected: 'one document, the DreyConfig',
  found: 'a second document',
  suggestion: null,
};

async function loadPolicies(files: readonly string[], locate: (issue: Issue) => Finding): Promise<LoadedFile> {
  const all = await Promise.all(files.map((file, index) => loadPolicyFile(file, index, locate)));
  return { resources: all.flatMap((it) => it.resources), findings: all.flatMap((it) => it.findings) };
}

async function loadPolicyFile(file: string, index: number, locate: (issue: Issue) => Finding): Promise<LoadedFile> {
  try {
    return loadDocuments(await readTextFile(file), shownPath(file), ['FlinkPolicy', 'ClusterFlinkPolicy']);
  } catch (error) {
    const issue: Issue = {
      path: ['policies', index],
      at: 'value',
      expected: 'a file with policies',
      found: `${shownPath(file)}: ${fileProblem(error)}`,
      suggestion: null,
    };
    return { resources: [], findings: [locate(issue)] };
  }
}

/** Files below the working folder are shown as people named them. */
function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
