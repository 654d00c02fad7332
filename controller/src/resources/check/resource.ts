import { type DreyConfig, dreyConfig } from '../config/config.ts';
import { API_VERSION } from '../object.ts';
import { clusterFlinkPolicy, flinkPolicy, type Policy } from '../policy/policy.ts';
import { DEFAULT_SOURCES, type RuleSources } from '../policy/rules.ts';
import { type Checked, check, oneOf, valueAt } from './check.ts';
import { describeValue, type Issue, type Path } from './finding.ts';
import { ruleIssues } from './rules.ts';
import { suggest } from './suggest.ts';
import { explainLaterKey, unsupportedParts } from './unsupported.ts';

/** Everything that people write for Drey. */
export type Resource = DreyConfig | Policy;
/** One of `KINDS`. */
export type Kind = Resource['kind'];

/** What `drey lint` knows. */
export const KINDS: readonly Kind[] = ['DreyConfig', 'FlinkPolicy', 'ClusterFlinkPolicy'];

/** Checks one document, whichever of the allowed kinds it says to be; rules of policies against these sources. */
export function checkResource(
  document: unknown,
  kinds: readonly Kind[] = KINDS,
  sources: RuleSources = DEFAULT_SOURCES,
): Checked<Resource> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return refuse([], 'a mapping with apiVersion and kind', document);
  }
  const version = valueAt(document, ['apiVersion']);
  if (version !== API_VERSION) return refuse(['apiVersion'], API_VERSION, version, [API_VERSION]);
  const given = valueAt(document, ['kind']);
  const kind = kinds.find((it) => it === given);
  return kind === undefined ? refuse(['kind'], oneOf(kinds), given, kinds) : checkKind(kind, document, sources);
}

function checkKind(kind: Kind, document: unknown, sources: RuleSources): Checked<Resource> {
  switch (kind) {
    case 'DreyConfig': {
      const checked = check(dreyConfig, document);
      return checked.ok ? checked : { ok: false, issues: checked.issues.map(explainLaterKey) };
    }
    case 'FlinkPolicy':
      return checkPolicy(check(flinkPolicy, document), sources);
    case 'ClusterFlinkPolicy':
      return checkPolicy(check(clusterFlinkPolicy, document), sources);
  }
}

function checkPolicy(checked: Checked<Policy>, sources: RuleSources): Checked<Policy> {
  if (!checked.ok) return checked;
  const issues = [...unsupportedParts(checked.value), ...ruleIssues(checked.value, sources)];
  return issues.length === 0 ? checked : { ok: false, issues };
}

function refuse(path: Path, expected: string, found: unknown, candidates: readonly string[] = []): Checked<never> {
  const issue: Issue = {
    path,
    at: 'value',
    expected,
    found: describeValue(found),
    suggestion: typeof found === 'string' ? suggest(found, candidates) : null,
  };
  return { ok: false, issues: [issue] };
}
