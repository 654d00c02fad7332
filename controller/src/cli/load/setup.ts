import { dirname, resolve } from 'node:path';
import type { Clock } from '../../io/clock.ts';
import { parseYaml } from '../../io/yaml.ts';
import { type Finding, inOrder, type Issue } from '../../resources/check/finding.ts';
import { checkResource } from '../../resources/check/resource.ts';
import type { DreyConfig } from '../../resources/config/config.ts';
import { resolvePaths } from '../../resources/config/paths.ts';
import type { LoadedPolicy } from '../../resources/policy/loaded.ts';
import { ruleSources } from '../../resources/policy/rules.ts';
import { applyOverrides, type Environment, locateInEnvironment, type Overrides, readOverrides } from './environment.ts';
import { type LoadedFile, readFileOrFail } from './load.ts';
import { PolicyFiles } from './policy-files.ts';

/** A configuration that was checked, paths absolute, with its policies. */
export interface LoadedSetup {
  readonly config: DreyConfig;
  readonly policies: readonly LoadedPolicy[];
  /** Where they came from: its next look tells whether they changed since. */
  readonly policyFiles: PolicyFiles;
}

/** All of it or what is wrong, in the order of a reader: nothing starts on a part. */
export type Setup =
  | { readonly ok: true; readonly setup: LoadedSetup }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * The configuration, with what the environment says, and the policies that it names.
 * Throws `DREY-FILE-UNREADABLE` when the configuration itself can't be read.
 */
export async function loadSetup(file: string, environment: Environment, clock: Clock): Promise<Setup> {
  const text = await readFileOrFail(file);
  const overrides = readOverrides(environment);
  const loaded = loadConfig(text, file, overrides);
  const [config] = loaded.resources;
  if (config?.resource.kind !== 'DreyConfig') return { ok: false, findings: inOrder(loaded.findings) };
  const resolved = resolvePaths(config.resource, file === '-' ? process.cwd() : dirname(resolve(file)));
  const policyFiles = new PolicyFiles({
    files: resolved.policies,
    locate: (issue) => locateInEnvironment(issue, overrides) ?? config.locate(issue),
    sources: ruleSources(resolved.sources),
    clock,
  });
  const look = await policyFiles.look();
  const findings = [...loaded.findings, ...(look.ok ? [] : look.findings)];
  if (!look.ok || findings.length > 0) return { ok: false, findings: inOrder(findings) };
  return { ok: true, setup: { config: resolved, policies: look.policies, policyFiles } };
}

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
