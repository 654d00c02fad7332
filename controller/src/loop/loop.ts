import { decide } from '../core/decide/decide.ts';
import type { Fleet } from '../core/decide/gates/gate.ts';
import { diagnose, ruleCounts } from '../core/diagnose/diagnose.ts';
import type { Diagnosis } from '../core/diagnose/diagnose.ts';
import type { JobMemory } from '../core/diagnose/memory.ts';
import type { Decision } from '../core/model/decision.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Amount, EffectivePolicy, SafetyPolicy } from '../core/model/policy.ts';
import type { Rule } from '../core/model/rule.ts';
import { usable } from '../core/model/input.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { RestorePoint } from '../core/model/restore-point.ts';
import type { Clock } from '../io/clock.ts';
import type { Log } from '../io/log.ts';
import type { Observer } from '../observe/observer.ts';
import type { Platform, PlatformJob } from '../platforms/contract.ts';
import type { Remedy } from '../remedy/remedy.ts';
import type { DecisionLog } from '../report/decision-log.ts';
import type { Metrics } from '../report/metrics.ts';
import type { TickHealth } from '../report/tick-health.ts';
import { effectivePolicy } from '../resources/policy/effective.ts';
import { type Subject, beginAction } from './begin-action.ts';
import type { LogEvidence } from './log-evidence.ts';
import { EMPTY_MEMORY, isSick, remember, withHealth } from './job-state.ts';
import type { JobState } from './job-state.ts';
import { learn } from './learn.ts';
import { evidenceOf, pageAfter, pageOf } from './page.ts';
import type { PolicySource } from './policy-source.ts';
import { reportTick } from './report-tick.ts';

export interface LoopDeps {
  readonly platforms: readonly Platform[];
  readonly observer: Pick<Observer, 'observe'>;
  readonly logEvidence: Pick<LogEvidence, 'added' | 'keep'>;
  readonly remedy: Remedy;
  /** Asked once at the start of each tick. */
  readonly policies: PolicySource;
  readonly limits: { readonly concurrent: Amount; readonly massFailure: SafetyPolicy['massFailure'] };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly decisions: DecisionLog;
  readonly health: TickHealth;
  readonly settings: LoopSettings;
}

export interface LoopSettings {
  readonly tickMs: number;
  /** Span of the rates in a sample, ms. */
  readonly rateWindowMs: number;
  /** How long a rescale in place stops a job, ms. */
  readonly downtimeMs: number;
}

/** Ticks over the fleet. Holds nothing that can't be lost. */
export class Loop {
  readonly #deps: LoopDeps;
  #states: ReadonlyMap<JobKey, JobState> = new Map();

  constructor(deps: LoopDeps) {
    this.#deps = deps;
  }

  /** What the newest tick knows of each job. */
  get states(): ReadonlyMap<JobKey, JobState> {
    return this.#states;
  }

  /** Flink job id of a job's run as last seen. */
  runOf(key: JobKey): string | null {
    const snapshot = this.#states.get(key)?.snapshot;
    return (snapshot && usable(snapshot.jobState)?.flinkJobId) ?? null;
  }

  /** Ticks until the signal aborts. A tick that throws is logged; the next one starts anew. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, settings, log, metrics } = this.#deps;
    while (!signal.aborted) {
      const begin = clock.now();
      try {
        await this.tick(signal);
        metrics.inc('drey_ticks_total', { outcome: 'done' });
      } catch (error) {
        if (signal.aborted) break;
        metrics.inc('drey_ticks_total', { outcome: 'failed' });
        log.error('tick failed', { error });
      }
      metrics.observe('drey_tick_duration_seconds', {}, (clock.now() - begin) / 1000);
      await clock.sleep(Math.max(0, begin + settings.tickMs - clock.now()), signal);
    }
  }

  /** One pass: observe, verify what was done, decide, act. */
  async tick(signal: AbortSignal): Promise<void> {
    const { observer, remedy, policies } = this.#deps;
    await policies.refresh();
    // Before anything is looked at: an action that ends during the tick is neither in the history nor over in the snapshot.
    const underWay = new Map(remedy.open().map((one) => [one.spec.job, one]));
    const jobs = await this.#jobs(signal);
    const observation = await observer.observe({
      jobs,
      attention: this.#attention(jobs),
      newestKnown: this.#newestKnown(jobs),
      rules: this.#rules(jobs),
      signal,
    });
    if (signal.aborted) return;
    const byKey = new Map(observation.snapshots.map((snapshot) => [snapshot.key, snapshot]));
    remedy.verify(
      jobs.flatMap((job) => {
        const snapshot = byKey.get(job.key);
        const maxLagMs = this.#policy(job, jobs.length, observation.at).autoscale.maxLagMs;
        return snapshot ? [{ snapshot, maxLagMs }] : [];
      }),
    );
    const histories = await remedy.histories();
    const looks = jobs.flatMap((job) => {
      const snapshot = byKey.get(job.key);
      const closed = histories.get(job.key) ?? [];
      const open = underWay.get(job.key) ?? null;
      return snapshot ? [this.#look({ job, snapshot, closed, open }, jobs.length)] : [];
    });
    const failed = await this.#decideAll(looks, signal);
    reportTick(this.#deps, this.#states, observation.ignoredSeries);
    if (failed < looks.length || failed === 0) this.#deps.health.finished();
    if (failed > 0) throw new Error(`${failed} of ${looks.length} jobs could not be decided on`);
  }

  /** One job that can't be decided on, for want of disk or for its own oddity, does not hold the others. */
  async #decideAll(looks: readonly Look[], signal: AbortSignal): Promise<number> {
    const fleet = { watched: looks.length, fellSick: looks.flatMap((look) => this.#sickSince(look) ?? []) };
    const next = new Map<JobKey, JobState>();
    let failed = 0;
    for (const look of looks) {
      const { key } = look.job;
      try {
        next.set(key, await this.#decide(look, fleet, signal));
      } catch (error) {
        if (signal.aborted) throw error;
        failed += 1;
        this.#deps.log.error('a job could not be decided on', { job: key, error });
        const before = this.#states.get(key);
        if (before !== undefined) next.set(key, before);
      }
    }
    this.#states = next;
    this.#deps.logEvidence.keep(new Set(next.keys()));
    return failed;
  }

  async #jobs(signal: AbortSignal): Promise<readonly PlatformJob[]> {
    const found = await Promise.all(
      this.#deps.platforms.map(async (platform) => {
        try {
          return await platform.jobs(signal);
        } catch (error) {
          // The jobs of a platform that does not answer are not decided on this tick: absence proves nothing.
          this.#deps.log.warn('platform does not answer', { platform: platform.name, error });
          return [];
        }
      }),
    );
    return found.flat();
  }

  /** Jobs that Flink REST is asked about beyond the ordinary: sick, acted upon, or without a JobManager. */
  #attention(jobs: readonly PlatformJob[]): ReadonlySet<JobKey> {
    const keys = new Set(this.#deps.remedy.open().map((one) => one.spec.job));
    for (const { key, status } of jobs) if (status.jobManager !== 'Running') keys.add(key);
    for (const [key, state] of this.#states) if (isSick(state.decision)) keys.add(key);
    return keys;
  }

  #look(seen: Omit<Look, 'policy' | 'memory'>, watched: number): Look {
    const { job, snapshot } = seen;
    const { rateWindowMs } = this.#deps.settings;
    const policy = this.#policy(job, watched, snapshot.at);
    const before = this.#states.get(job.key)?.memory ?? this.#firstMemory(job.key);
    const lookBackMs = policy.autoscale.scaleDown.afterMs + 4 * rateWindowMs;
    return { ...seen, policy, memory: remember(before, snapshot, lookBackMs, rateWindowMs) };
  }

  /** After a restart of Drey: a job of which nothing was to be said was well. */
  #firstMemory(key: JobKey): JobState['memory'] {
    return { ...EMPTY_MEMORY, wasHealthy: this.#deps.remedy.memory(key)?.lastDecision?.kind === 'Nothing' };
  }

  #memoryOf({ job, memory, open, closed }: Look): JobMemory {
    const { remedy } = this.#deps;
    const { restarts, checkpointSeenAt, notRunningSince, unseenSince } = memory;
    return {
      observed: remedy.memory(job.key),
      open: open ?? remedy.openOf(job.key),
      closed,
      restarts: restarts.samples,
      checkpointSeenAt,
      notRunningSince,
      unseenSince,
      tickMs: this.#deps.settings.tickMs,
    };
  }

  /** When a job that was healthy fell sick, also in this very tick: those that fall together must see each other. */
  #sickSince(look: Look): number | null {
    const { memory, snapshot, policy } = look;
    if (memory.fellSickAt !== null || !memory.wasHealthy) return memory.fellSickAt;
    return diagnose(snapshot, this.#memoryOf(look), policy.heal.rules).found === null ? null : snapshot.at;
  }

  async #decide(look: Look, fleet: Pick<Fleet, 'watched' | 'fellSick'>, signal: AbortSignal): Promise<JobState> {
    const { job, snapshot, policy, closed, memory } = look;
    const { platforms, remedy, limits } = this.#deps;
    const { downtimeMs, rateWindowMs } = this.#deps.settings;
    await learn({ job, snapshot, sample: memory.newest }, remedy, this.#deps.log);
    const platform = platforms.find((one) => one.name === job.ref.platform);
    const known = this.#memoryOf(look);
    const diagnosis = diagnose(snapshot, known, policy.heal.rules);
    const decision = decide(
      {
        snapshot,
        memory: known,
        history: memory.history,
        policy,
        fleet: { ...fleet, ...limits, acting: remedy.open().length },
        capability: (action) => platform?.capabilities(job)[action] ?? { no: 'no such platform' },
        timing: { downtimeMs, rateWindowMs },
      },
      diagnosis,
    );
    const shown = await this.#deps.logEvidence.added({ job, sight: diagnosis.found, decision }, signal);
    const after = await this.#act({ job, snapshot, policy, closed }, { decision: shown, diagnosis });
    const { sights } = diagnosis;
    return { sights, job, snapshot, policy, decision: after, memory: withHealth(memory, snapshot, after), closed };
  }

  #policy(job: PlatformJob, size: number, now: number): EffectivePolicy {
    return effectivePolicy(job, { policies: this.#deps.policies.current, limits: this.#deps.limits, size }, now);
  }

  #rules(jobs: readonly PlatformJob[]): ReadonlyMap<JobKey, readonly Rule[]> {
    const now = this.#deps.clock.now();
    return new Map(jobs.map((job) => [job.key, this.#policy(job, jobs.length, now).heal.rules]));
  }

  #newestKnown(jobs: readonly PlatformJob[]): ReadonlyMap<JobKey, RestorePoint> {
    return new Map(
      jobs.flatMap((job) => {
        const point = this.#deps.remedy.memory(job.key)?.newestRestorePoint;
        return point ? [[job.key, point] as const] : [];
      }),
    );
  }

  async #act(
    { job, snapshot, policy, closed }: ActContext,
    { decision, diagnosis }: { readonly decision: Decision; readonly diagnosis: Diagnosis },
  ): Promise<Decision> {
    const { remedy, decisions, metrics, log } = this.#deps;
    const outcome =
      decision.kind === 'Act' ? await beginAction({ job, snapshot, policy }, decision, this.#deps) : decision;
    metrics.inc('drey_decisions_total', { kind: outcome.kind, reason: outcome.reason });
    if (outcome.kind === 'Hold') metrics.inc('drey_holds_total', { reason: outcome.reason });
    decisions.record(job.key, outcome, evidenceOf(snapshot, outcome));
    await remedy.remember(job, (observed) => ({
      ...observed,
      ruleCounts: ruleCounts(diagnosis),
      page: pageAfter(closed, snapshot) ?? pageOf(observed.page, outcome, diagnosis.sights),
      lastDecision: { at: outcome.at, kind: outcome.kind, reason: outcome.reason, detail: outcome.detail },
    }));
    if (outcome.kind === 'Act') {
      log.info('acting', { job: job.key, action: outcome.action, cause: outcome.cause, detail: outcome.detail });
    }
    return outcome;
  }
}

interface ActContext extends Subject {
  readonly closed: readonly Remediation[];
}

/** One job before it is decided on. */
interface Look extends ActContext {
  readonly memory: JobState['memory'];
  /** Was under way when the tick began. */
  readonly open: Remediation | null;
}
