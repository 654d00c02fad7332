import { SourceError } from '../io/errors.ts';

/** Read by hand: a schema library takes most of a tick for ten thousand series. */
export type Fields = Readonly<Record<string, unknown>>;

/** A label's value is cut at this, characters: no name that a job is joined by comes near it. */
const MAX_LABEL_LENGTH = 4096;
/** An answer with more labels on one series is refused. */
const MAX_LABELS = 256;

/** Null for anything but a JSON object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** An answer is not what `source` promises. */
export function badAnswer(source: string, detail: string): SourceError {
  return new SourceError('badAnswer', `${source}: ${detail}`);
}

/** The `data` of `{"status": "success", "data": …}` with the wanted type of result. Throws `SourceError` `badAnswer`, `incomplete`. */
export function resultOf(body: unknown, source: string, type: 'vector' | 'streams'): readonly unknown[] {
  const answer = fieldsOf(body);
  const data = fieldsOf(answer?.data);
  if (answer?.status !== 'success' || data?.resultType !== type || !Array.isArray(data.result)) {
    throw badAnswer(source, `no ${type}`);
  }
  if (isIncomplete(answer)) {
    throw new SourceError('incomplete', `${source}: it warns that the answer may be incomplete`);
  }
  return data.result;
}

/** Remarks that come with a whole answer: older Prometheus has its infos among the warnings, Loki names its engine there. */
const HARMLESS = /^(PromQL info:|Query was executed using )/;

/**
 * A warning stands for a part that did not answer (Thanos, remote read) or that was left out (Loki at its limits): what
 * is absent then proves nothing. VictoriaMetrics says `isPartial`. Its text is left out: nobody knows what it quotes.
 */
function isIncomplete({ warnings, isPartial }: Fields): boolean {
  if (isPartial === true) return true;
  if (warnings === undefined || warnings === null) return false;
  return !Array.isArray(warnings) || !warnings.every((one) => typeof one === 'string' && HARMLESS.test(one));
}

/** The labels of a series or stream, long values cut. Throws `SourceError` `badAnswer`. */
export function labelsOf(value: unknown, source: string): Readonly<Record<string, string>> {
  const labels = fieldsOf(value) as Record<string, unknown> | null;
  if (labels === null) throw badAnswer(source, 'a series without labels');
  let count = 0;
  for (const name in labels) {
    const text = labels[name];
    if (typeof text !== 'string') throw badAnswer(source, 'a label that is no text');
    if (text.length > MAX_LABEL_LENGTH) labels[name] = cut(text, MAX_LABEL_LENGTH);
    count += 1;
  }
  if (count > MAX_LABELS) throw badAnswer(source, `more than ${MAX_LABELS} labels`);
  return labels as Readonly<Record<string, string>>;
}

/** The beginning of a text, without half a character at its end, and without keeping the whole in memory. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const half = /[\ud800-\udbff]$/.test(text.slice(0, length));
  return Buffer.from(text.slice(0, half ? length - 1 : length), 'utf8').toString('utf8');
}
