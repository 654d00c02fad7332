/** Less than this is nothing: rates are fractions, and sums of them leave crumbs. */
const CRUMB = 1e-6;
/** Seconds that nobody can go back to are dropped so many at a time. */
const DROPPED = 4096;

/** Records of one source in the order in which they came: what was read, what waits, and since when. */
export class SourceQueue {
  /** Records that had come by the end of each second. */
  #arrived: number[] = [];
  #total = 0;
  /** Records read: the position of the reader. */
  #read = 0;
  /** Index at or before the second in which the oldest unread record came. */
  #cursor = 0;

  get unread(): number {
    return this.#total - this.#read;
  }

  get position(): number {
    return this.#read;
  }

  /** The records of one more second. */
  arrive(records: number): void {
    this.#total += records;
    this.#arrived.push(this.#total);
  }

  read(records: number): void {
    this.#read += records;
    if (this.#total - this.#read < CRUMB) this.#read = this.#total;
  }

  /** Back to where a checkpoint stands. */
  rewind(position: number): void {
    this.#read = Math.min(position, this.#total);
    this.#cursor = 0;
  }

  /** Age of the oldest unread record now, seconds. */
  lag(): number {
    if (this.unread <= CRUMB) return 0;
    const index = this.#oldest();
    const before = index === 0 ? this.#read : (this.#arrived[index - 1] ?? 0);
    const after = this.#arrived[index] ?? this.#total;
    const into = after > before ? Math.max(0, this.#read - before) / (after - before) : 0;
    return this.#arrived.length - (index + into);
  }

  /** Nobody goes back behind this position any more. */
  forget(position: number): void {
    let droppable = 0;
    while ((this.#arrived[droppable + DROPPED] ?? Number.POSITIVE_INFINITY) <= Math.min(position, this.#read)) {
      droppable += DROPPED;
    }
    if (droppable === 0) return;
    this.#arrived = this.#arrived.slice(droppable);
    this.#cursor = Math.max(0, this.#cursor - droppable);
  }

  #oldest(): number {
    // Skips a day at a time after a rewind would be slow, so the search halves.
    if (this.#cursor === 0 && this.#arrived.length > 64) this.#cursor = this.#search();
    while ((this.#arrived[this.#cursor] ?? Number.POSITIVE_INFINITY) <= this.#read) this.#cursor += 1;
    return this.#cursor;
  }

  #search(): number {
    let low = 0;
    let high = this.#arrived.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#arrived[middle] ?? 0) > this.#read) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
