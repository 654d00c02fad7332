import { usable } from '../model/input.ts';
import type { RuleCount } from '../model/observed-job.ts';
import type { Symptom } from '../model/diagnosis.ts';
import type { Rule } from '../model/rule.ts';
import type { RuleAnswer, Snapshot } from '../model/snapshot.ts';
import { actionEnd } from './memory.ts';
import type { JobMemory } from './memory.ts';
import { stoppedOnPurpose } from './stopped.ts';

/**
 * What one look says of a rule.
 * `True`: it may act. `Pending`: true, not for long enough yet. `Old`: true, but by evidence that reaches behind the
 * end of the last action, which proves nothing. `Unknown`: its query has no usable answer.
 */
export interface RuleSight {
  readonly rule: Rule;
  readonly state: 'True' | 'Pending' | 'Old' | 'False' | 'Unknown';
  /** What its name in the list of symptoms is, with the evidence; null where nothing is seen. */
  readonly symptom: Symptom | null;
  /** For people. */
  readonly detail: string;
  /** Pods that the evidence names. */
  readonly pods: readonly string[];
  /** How far back what it says looks, ms; 0 where a symptom says it. */
  readonly lookBackMs: number;
  /** To be kept for the next tick; null = nothing to count. */
  readonly count: RuleCount | null;
}

/** What a sight rests on. */
interface Look {
  readonly snapshot: Snapshot;
  readonly memory: JobMemory;
  readonly symptoms: readonly Symptom[];
}

type Raw = Pick<RuleSight, 'detail' | 'pods' | 'symptom' | 'lookBackMs'> & {
  readonly state: 'True' | 'Old' | 'False' | 'Unknown';
};

/** One rule against one snapshot, with the ticks on which it was true before. */
export function sightOf(rule: Rule, look: Look): RuleSight {
  const raw = rule.when.kind === 'symptom' ? bySymptom(rule.when.symptom, look) : byQuery(rule, look);
  const before = look.memory.observed?.ruleCounts[rule.name] ?? null;
  const count = countAfter(raw.state, before, look);
  if (raw.state !== 'True' || count === null) return { rule, ...raw, count };
  const lasted = (count.ticks - 1) * look.memory.tickMs;
  if (lasted >= rule.forMs) return { rule, ...raw, count };
  const detail = `${raw.detail}; for ${seconds(lasted)} of ${seconds(rule.forMs)}`;
  return { rule, ...raw, state: 'Pending', detail, count };
}

function bySymptom(name: string, { symptoms }: Look): Raw {
  const symptom = symptoms.find((one) => one.name === name) ?? null;
  return {
    state: symptom === null ? 'False' : 'True',
    symptom,
    detail: symptom?.evidence ?? '',
    pods: symptom?.pods ?? [],
    lookBackMs: 0,
  };
}

function byQuery(rule: Rule, { snapshot, memory }: Look): Raw {
  const none = { symptom: null, pods: [], lookBackMs: 0 };
  const input = snapshot.rules[rule.name];
  if (input === undefined) return { ...none, state: 'Unknown', detail: 'not asked' };
  if (input.freshness !== 'fresh') return { ...none, state: 'Unknown', detail: `${input.freshness}: ${input.detail}` };
  const { value } = input;
  if (!value.isTrue) return { ...none, state: 'False', detail: value.detail };
  const idle = notMeant(snapshot, memory);
  if (idle !== null) return { ...none, state: 'False', detail: `${value.detail}; the job is ${idle}` };
  const { pods, detail, evidenceFrom } = value;
  const seen = { pods, lookBackMs: snapshot.at - evidenceFrom };
  if (evidenceFrom < actionEnd(memory)) {
    return { ...seen, state: 'Old', symptom: null, detail: `${detail}; ${oldWords(value, snapshot)}` };
  }
  const symptom = { name: rule.name, at: snapshot.at - input.ageMs, evidence: detail };
  return { ...seen, state: 'True', symptom, detail };
}

/** A query on logs or metrics can't tell that somebody stopped the job, or that it was never started. */
function notMeant(snapshot: Snapshot, memory: JobMemory): string | null {
  const stopped = stoppedOnPurpose(snapshot, memory);
  if (stopped !== null) return stopped;
  return usable(snapshot.jobState)?.state === 'Gone' ? 'not started yet' : null;
}

function oldWords({ evidenceFrom }: RuleAnswer, { at }: Snapshot): string {
  return `the answer looks ${seconds(at - evidenceFrom)} back, behind the end of the last action`;
}

/** A tick without an answer neither counts nor begins anew; after a long gap nobody knows what was between. */
function countAfter(state: Raw['state'], before: RuleCount | null, { snapshot, memory }: Look): RuleCount | null {
  const { at } = snapshot;
  const gap = before === null ? 0 : at - before.at;
  // A clock that was set back would hold the count until it has caught up.
  const kept = gap >= 0 && gap <= memory.tickMs * GAP_TICKS ? before : null;
  if (state === 'Unknown') return kept;
  if (state !== 'True') return null;
  if (kept === null) return { ticks: 1, since: at, at };
  return at > kept.at ? { ticks: kept.ticks + 1, since: kept.since, at } : kept;
}

/** So many ticks may a restart of Drey, or a source without answers, take without beginning anew. */
const GAP_TICKS = 20;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
