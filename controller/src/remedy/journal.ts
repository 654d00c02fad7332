import { isDeepStrictEqual } from 'node:util';
import type { JournalStep, Remediation, RemediationStatus } from '../core/model/remediation.ts';
import { StoreConflict } from '../store/contract.ts';
import type { Stored } from '../store/contract.ts';
import { messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

/** Somebody else wrote this journal: what it says now must be read and judged again. */
export class JournalTaken extends Error {
  override readonly name = 'JournalTaken';
}

type JournalTools = Pick<Tools, 'store' | 'clock' | 'log' | 'life' | 'onChange'>;

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The journal of one remediation. A write that returned is in the store. */
export class Journal {
  #stored: Stored<Remediation>;
  readonly #tools: JournalTools;

  constructor(stored: Stored<Remediation>, tools: JournalTools) {
    this.#stored = stored;
    this.#tools = tools;
  }

  get remediation(): Remediation {
    return this.#stored.value;
  }

  get steps(): readonly JournalStep[] {
    return this.#stored.value.status.steps;
  }

  /** Nothing was sent yet. */
  get untouched(): boolean {
    return this.steps.every((step) => step.sentAt === null);
  }

  /**
   * Writes a change, with crash points around it. A store that fails is tried again for as long as this process
   * lives: nothing may be done outside that is not written down. Throws `JournalTaken`.
   */
  async put(point: string, change: Partial<RemediationStatus>): Promise<void> {
    const { life, onChange } = this.#tools;
    life.point(`before:${point}`);
    await this.#write({ ...this.remediation, status: { ...this.remediation.status, ...change } });
    life.point(`after:${point}`);
    onChange(this.remediation);
  }

  /** As `put`, for one step and what goes with it. */
  async putStep(
    index: number,
    point: string,
    change: Partial<JournalStep>,
    also: Partial<RemediationStatus> = {},
  ): Promise<void> {
    const { phase } = this.remediation.status;
    const step = this.steps[index]?.step ?? '';
    await this.put(`${step}:${point}`, {
      phase: phase === 'Planned' ? 'Executing' : phase,
      ...also,
      steps: this.changed(index, change),
    });
  }

  /** The steps with one of them changed. */
  changed(index: number, change: Partial<JournalStep>): readonly JournalStep[] {
    return this.steps.map((step, at) => (at === index ? { ...step, ...change } : step));
  }

  async #write(next: Remediation): Promise<void> {
    const { store, clock, log, life } = this.#tools;
    for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      life.check();
      try {
        this.#stored = await store.updateRemediation(next, this.#stored.version);
        return;
      } catch (error) {
        if (error instanceof StoreConflict && (await this.#reread(next))) return;
        log.warn('the journal could not be written', { remediation: next.name, problem: messageOf(error) });
      }
      await clock.sleep(pauseMs, life.signal);
    }
  }

  /** True when the write is in the store after all: its answer was lost. False when it must be tried again. */
  async #reread(next: Remediation): Promise<boolean> {
    const mine = this.#stored;
    const all = await this.#tools.store.listRemediations().catch(() => null);
    if (all === null) return false;
    const found = all.find((one) => one.value.name === next.name && one.value.namespace === next.namespace);
    if (found === undefined) throw new JournalTaken(`${next.name} is no longer in the store`);
    const written = isDeepStrictEqual(found.value.status, next.status);
    if (!written && !isDeepStrictEqual(found.value.status, mine.value.status)) {
      throw new JournalTaken(`${next.name} was changed by somebody else`);
    }
    // Only the version or the approval changed.
    this.#stored = found;
    return written;
  }
}
