import { fileProblem, readTextFile } from '../../io/text-file.ts';
import { parseYaml, type YamlDocument } from '../../io/yaml.ts';
import type { Finding, Issue } from '../../resources/check/finding.ts';
import { checkResource, type Kind, KINDS, type Resource } from '../../resources/check/resource.ts';
import { DreyError } from '../../resources/errors.ts';
import { policyTitle } from '../../resources/policy/policy.ts';
import { DEFAULT_SOURCES, type RuleSources } from '../../resources/policy/rules.ts';

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
export function loadDocuments(
  text: string,
  file: string,
  kinds: readonly Kind[] = KINDS,
  sources: RuleSources = DEFAULT_SOURCES,
): LoadedFile {
  const parsed = parseYaml(text, file === '-' ? '<stdin>' : file);
  const resources: LoadedResource[] = [];
  const findings = [...parsed.findings];
  for (const { value, locate } of parsed.documents) {
    const checked = checkResource(value, kinds, sources);
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
