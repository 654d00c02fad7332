import { SourceError } from '../sources/contract.ts';
import type { FlinkRest, FlinkRestFactory } from '../sources/flink-rest/contract.ts';

/** An answer of Flink REST, or why there is none. */
export type RestAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SourceError };

/**
 * Flink REST during one tick: each question is sent once, all of them share one budget, and a JobManager that does not
 * answer is not asked again.
 */
export class RestDesk {
  readonly #factory: FlinkRestFactory;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Promise<RestAnswer<unknown>>>();
  readonly #silent = new Map<string, SourceError>();
  readonly #clients = new Map<string, FlinkRest>();
  readonly #budget: number;
  #calls = 0;

  constructor(options: { factory: FlinkRestFactory; budget: number; signal: AbortSignal }) {
    this.#factory = options.factory;
    this.#budget = options.budget;
    this.#signal = options.signal;
  }

  /** Questions sent. */
  get calls(): number {
    return this.#calls;
  }

  jobs(url: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['jobs']>>>> {
    return this.#ask(url, 'jobs', (rest, signal) => rest.jobs(signal));
  }

  job(url: string, id: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['job']>>>> {
    return this.#ask(url, `job ${id}`, (rest, signal) => rest.job(id, signal));
  }

  checkpoints(url: string, id: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['checkpoints']>>>> {
    return this.#ask(url, `checkpoints ${id}`, (rest, signal) => rest.checkpoints(id, signal));
  }

  exceptions(url: string, id: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['exceptions']>>>> {
    return this.#ask(url, `exceptions ${id}`, (rest, signal) => rest.exceptions(id, signal));
  }

  /** Works with the adaptive scheduler only: an answer tells that it is in use. */
  requirements(url: string, id: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['requirements']>>>> {
    return this.#ask(url, `requirements ${id}`, (rest, signal) => rest.requirements(id, signal));
  }

  /** The registered ones: a hung one is among them until its heartbeat times out. */
  taskManagers(url: string): Promise<RestAnswer<Awaited<ReturnType<FlinkRest['taskManagers']>>>> {
    return this.#ask(url, 'taskmanagers', (rest, signal) => rest.taskManagers(signal));
  }

  #ask<T>(
    url: string,
    question: string,
    call: (rest: FlinkRest, signal: AbortSignal) => Promise<T>,
  ): Promise<RestAnswer<T>> {
    const key = `${url} ${question}`;
    const known = this.#answers.get(key) as Promise<RestAnswer<T>> | undefined;
    if (known !== undefined) return known;
    const answer = this.#send(url, call);
    this.#answers.set(key, answer);
    return answer;
  }

  async #send<T>(url: string, call: (rest: FlinkRest, signal: AbortSignal) => Promise<T>): Promise<RestAnswer<T>> {
    const silent = this.#silent.get(url);
    if (silent !== undefined) return { ok: false, error: silent };
    if (this.#signal.aborted) return { ok: false, error: new SourceError('timeout', "this tick's time is used up") };
    if (this.#calls >= this.#budget) {
      return { ok: false, error: new SourceError('refused', "this tick's calls to Flink REST are used up") };
    }
    this.#calls += 1;
    try {
      return { ok: true, value: await call(this.#client(url), this.#signal) };
    } catch (error) {
      const known = error instanceof SourceError ? error : new SourceError('badAnswer', 'Flink REST: unexpected error');
      if (known.kind === 'unreachable' || known.kind === 'timeout') this.#silent.set(url, known);
      return { ok: false, error: known };
    }
  }

  #client(url: string): FlinkRest {
    const known = this.#clients.get(url);
    if (known !== undefined) return known;
    const made = this.#factory(url);
    this.#clients.set(url, made);
    return made;
  }
}
