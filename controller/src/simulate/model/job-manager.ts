/** The JobManager of a cluster, without high availability. Instants are virtual seconds. */
export class JobManager {
  /** Counts the JobManagers of this cluster. */
  incarnation = 1;
  /** Key of the step that started it. */
  key = 'jobmanager@1';
  state: 'starting' | 'running' | 'ended' = 'running';
  #readyAt = 0;

  /** Its REST API answers. */
  get answers(): boolean {
    return this.state === 'running';
  }

  start(key: string, at: { readonly now: number; readonly startS: number }): void {
    this.incarnation += 1;
    this.key = key;
    this.state = 'starting';
    this.#readyAt = at.now + at.startS;
  }

  end(): void {
    this.state = 'ended';
  }

  /** True when it came up in this second. */
  step(now: number): boolean {
    if (this.state !== 'starting' || now < this.#readyAt) return false;
    this.state = 'running';
    return true;
  }
}
