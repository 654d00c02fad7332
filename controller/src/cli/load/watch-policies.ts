import type { Clock } from '../../io/clock.ts';
import type { Log } from '../../io/log.ts';
import type { PolicySource } from '../../loop/policy-source.ts';
import type { PoliciesView } from '../../report/api-model.ts';
import { type Finding, formatPath } from '../../resources/check/finding.ts';
import type { LoadedPolicy } from '../../resources/policy/loaded.ts';
import { renderFinding } from '../render/findings.ts';
import type { PolicyFiles, PolicyLook } from './policy-files.ts';

/** What Drey was started with, and where it looks for what comes after. */
export interface WatchOptions {
  readonly files: Pick<PolicyFiles, 'look'>;
  /** As `files` gave them at the start. */
  readonly policies: readonly LoadedPolicy[];
  readonly clock: Clock;
  readonly log: Log;
}

/** How many findings are shown: one is enough to begin with. */
const SHOWN = 20;

/**
 * Policies that follow their files: all of them change together, or, when one is wrong, unreadable or gone, none.
 * What was accepted last stays in force until then.
 */
export function watchPolicies({ files, policies, clock, log }: WatchOptions): PolicySource {
  let current = policies;
  let status: PoliciesView = { acceptedAt: clock.now(), refused: null };
  let seen: PolicyLook | undefined;
  return {
    get current() {
      return current;
    },
    get status() {
      return status;
    },
    async refresh() {
      try {
        const look = await files.look();
        if (look === seen) return;
        seen = look;
        if (!look.ok) refuse(look.findings);
        else if (look.policies !== current) accept(look.policies);
      } catch (error) {
        log.error('policy files could not be looked at', { error });
      }
    },
  };

  function accept(changed: readonly LoadedPolicy[]): void {
    current = changed;
    status = { acceptedAt: clock.now(), refused: null };
    log.info('policies accepted', { policies: changed.map((it) => it.title) });
  }

  function refuse(findings: readonly Finding[]): void {
    status = { ...status, refused: findings.slice(0, SHOWN).map(refusedView) };
    log.warn('edited policies refused, the last accepted ones stay in force', {
      acceptedAt: new Date(status.acceptedAt).toISOString(),
      findings: findings.slice(0, SHOWN).map(renderFinding),
      count: findings.length,
    });
  }
}

function refusedView({ path, file, line, column, expected, found, suggestion }: Finding) {
  return { file, line, column, path: formatPath(path), expected, found, suggestion };
}
