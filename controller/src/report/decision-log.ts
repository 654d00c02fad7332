import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Decision } from '../core/model/decision.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Clock } from '../io/clock.ts';
import type { Log } from '../io/log.ts';

/** What the page stands on: restore points, exceptions, figures. Text for people. */
export type Evidence = readonly string[];

/** A line per change of a job's decision and an hourly summary, as JSON lines: for people and for audits. */
export interface DecisionLog {
  /** Writes a line when the decision differs from the job's last one in more than its figures. */
  record(job: JobKey, decision: Decision, evidence?: Evidence): void;
  /** Forgets jobs that are not among these, and writes the summary once an hour. Once a tick. */
  tick(jobs: ReadonlySet<JobKey>): void;
  /** Resolves when everything recorded so far is written, or was logged as lost. */
  flush(): Promise<void>;
}

/** Where the log is and how far it may grow. */
export interface DecisionLogOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A file that grew past this is set aside. */
  readonly maxBytes?: number;
  /** Files set aside that are kept: `decisions.jsonl.1` is the newest. */
  readonly keep?: number;
}

const HOUR_MS = 3_600_000;

/** No I/O until the first line. */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { clock } = options;
  const last = new Map<JobKey, string>();
  const counts = new Map<string, number>();
  const write = createWriter(options);
  let hourEnds = clock.now() + HOUR_MS;
  let done: Promise<void> = Promise.resolve();

  function append(line: object): void {
    const now = clock.now();
    const text = `${JSON.stringify({ time: new Date(now).toISOString(), at: now, ...line })}\n`;
    done = done.then(() => write(text));
  }

  return {
    record(job, decision, evidence = []) {
      const counted = `${decision.kind}/${decision.reason}`;
      counts.set(counted, (counts.get(counted) ?? 0) + 1);
      const identity = identityOf(decision);
      if (last.get(job) === identity) return;
      last.set(job, identity);
      append({ type: 'decision', job, ...lineOf(decision), ...(evidence.length > 0 ? { evidence } : {}) });
    },
    tick(jobs) {
      for (const job of last.keys()) if (!jobs.has(job)) last.delete(job);
      if (clock.now() < hourEnds) return;
      hourEnds = clock.now() + HOUR_MS;
      append({ type: 'summary', jobs: jobs.size, decisions: Object.fromEntries(counts) });
      counts.clear();
    },
    flush: () => done,
  };
}

/** What makes two decisions the same: not figures, times and words. A hold for inputs is another one with other inputs. */
function identityOf(decision: Decision): string {
  const missing = decision.reason === 'InputNotFresh' ? decision.inputs.map((it) => [it.input, it.freshness]) : [];
  return JSON.stringify([
    decision.kind,
    decision.reason,
    decision.cause,
    'action' in decision ? decision.action : null,
    'page' in decision && decision.page,
    missing,
  ]);
}

function lineOf(decision: Decision): object {
  const { at, symptoms, inputs, ...rest } = decision;
  return {
    ...rest,
    decidedAt: at,
    symptoms: symptoms.map((it) => ({ name: it.name, at: it.at, evidence: it.evidence })),
    inputs,
  };
}

/** Appends; sets a full file aside first. Never throws: a full disk must not stop healing. */
function createWriter({ file, log, maxBytes = 10 * 1024 * 1024, keep = 5 }: DecisionLogOptions) {
  let size: number | undefined;
  return async (text: string): Promise<void> => {
    try {
      if (size === undefined) {
        await mkdir(dirname(file), { recursive: true });
        size = await stat(file).then(
          (it) => it.size,
          () => 0,
        );
      }
      if (size > 0 && size + text.length > maxBytes) {
        await setAside(file, keep);
        size = 0;
      }
      await appendFile(file, text, { mode: 0o640 });
      size += Buffer.byteLength(text);
    } catch (error) {
      log.error('decision not written to the decision log', { error, line: text.trimEnd() });
    }
  };
}

async function setAside(file: string, keep: number): Promise<void> {
  for (let i = keep - 1; i >= 1; i--) await rename(`${file}.${i}`, `${file}.${i + 1}`).catch(() => undefined);
  await rename(file, `${file}.1`);
}
