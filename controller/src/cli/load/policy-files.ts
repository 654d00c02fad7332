import { relative } from 'node:path';
import type { Clock } from '../../io/clock.ts';
import { codeOf } from '../../io/errors.ts';
import { fileProblem } from '../../io/text-file.ts';
import { WatchedFile } from '../../io/watched-file.ts';
import { type Finding, inOrder, type Issue } from '../../resources/check/finding.ts';
import type { Resource } from '../../resources/check/resource.ts';
import { type LoadedPolicy, loadPolicy } from '../../resources/policy/loaded.ts';
import type { Policy } from '../../resources/policy/policy.ts';
import type { RuleSources } from '../../resources/policy/rules.ts';
import { findDuplicates, type LoadedFile, loadDocuments } from './load.ts';

/** The policies of all files together, or what is wrong with them: half of them is never in force. */
export type PolicyLook =
  | { readonly ok: true; readonly policies: readonly LoadedPolicy[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Which files, and how a finding about `policies[i]` of the configuration gets its place. */
export interface PolicyFilesOptions {
  /** Absolute. */
  readonly files: readonly string[];
  readonly locate: (issue: Issue) => Finding;
  /** What rules may ask. */
  readonly sources: RuleSources;
  readonly clock: Clock;
}

/** Text of a file, or why there is none. */
type Reading = { readonly text: string } | { readonly problem: string };

/** A file that changed is read again after this long, ms: an editor may be in the midst of writing it. */
const SETTLE_MS = 200;
/** After this many readings that all differ the next look goes on. */
const MOST_READINGS = 5;

/** The policy files that a configuration names. */
export class PolicyFiles {
  readonly #options: PolicyFilesOptions;
  readonly #files: readonly WatchedFile[];
  #last: { readonly readings: readonly Reading[]; readonly look: PolicyLook } | null = null;

  constructor(options: PolicyFilesOptions) {
    this.#options = options;
    this.#files = options.files.map((file) => new WatchedFile(file, options.clock));
  }

  /** As they stand now; the very same object as before where nothing changed. Never rejects for what a file is. */
  async look(): Promise<PolicyLook> {
    const readings = await this.#read(false);
    if (this.#last === null) return this.#take(readings);
    if (areSame(readings, this.#last.readings)) return this.#last.look;
    const settled = await this.#settle(readings);
    return settled === null || areSame(settled, this.#last.readings) ? this.#last.look : this.#take(settled);
  }

  #take(readings: readonly Reading[]): PolicyLook {
    const look = this.#check(readings);
    this.#last = { readings, look };
    return look;
  }

  /** What two readings agree on; null while the files go on changing. */
  async #settle(first: readonly Reading[]): Promise<readonly Reading[] | null> {
    let before = first;
    for (let reading = 1; reading < MOST_READINGS; reading++) {
      await this.#options.clock.sleep(SETTLE_MS);
      const now = await this.#read(true);
      if (areSame(before, now)) return now;
      before = now;
    }
    return null;
  }

  /** One after the other, so that a folder that hangs takes one of Node's threads for files and not all. */
  async #read(again: boolean): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    for (const file of this.#files) {
      try {
        readings.push({ text: await file.read(again) });
      } catch (error) {
        readings.push({ problem: fileProblem(error) });
        // One is enough to refuse them all, and the next one may take as long.
        if (codeOf(error) === 'ETIMEDOUT') break;
      }
    }
    return readings;
  }

  #check(readings: readonly Reading[]): PolicyLook {
    const loaded = readings.map((reading, index) => this.#load(reading, index));
    const resources = loaded.flatMap((it) => it.resources);
    const findings = [...loaded.flatMap((it) => it.findings), ...findDuplicates(resources)];
    if (findings.length > 0) return { ok: false, findings: inOrder(findings) };
    const policies = resources.flatMap(({ resource }) =>
      isPolicy(resource) ? [loadPolicy(resource, this.#options.sources)] : [],
    );
    return { ok: true, policies };
  }

  #load(reading: Reading, index: number): LoadedFile {
    const file = shownPath(this.#files[index]?.path ?? '');
    const { locate, sources } = this.#options;
    if ('text' in reading) return loadDocuments(reading.text, file, ['FlinkPolicy', 'ClusterFlinkPolicy'], sources);
    const issue: Issue = {
      path: ['policies', index],
      at: 'value',
      expected: 'a file with policies',
      found: `${file}: ${reading.problem}`,
      suggestion: null,
    };
    return { resources: [], findings: [locate(issue)] };
  }
}

const isPolicy = (resource: Resource): resource is Policy => resource.kind !== 'DreyConfig';

function areSame(a: readonly Reading[], b: readonly Reading[]): boolean {
  return a.length === b.length && a.every((it, index) => isSame(it, b[index]));
}

function isSame(a: Reading, b: Reading | undefined): boolean {
  if (b === undefined) return false;
  return 'text' in a ? 'text' in b && a.text === b.text : 'problem' in b && a.problem === b.problem;
}

/** Files below the working folder are shown as people named them. */
function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
