import { badAnswer, cut, fieldsOf, labelsOf, resultOf } from '../answer.ts';
import type { LogLine } from '../contract.ts';

/** A line is cut at this, characters. */
export const MAX_LINE_LENGTH = 16 * 1024;

const SOURCE = 'Loki';

/**
 * The lines of an answer of type streams, over all streams newest first. Throws `SourceError`: `badAnswer` where
 * anything is not as the API promises, `incomplete` where the answer says so.
 */
export function parseLines(body: unknown): readonly LogLine[] {
  const lines = resultOf(body, SOURCE, 'streams').flatMap((raw) => {
    const stream = fieldsOf(raw);
    if (!Array.isArray(stream?.values)) throw badAnswer(SOURCE, 'a stream without lines');
    const labels = labelsOf(stream.stream, SOURCE);
    return stream.values.map((entry) => readLine(entry, labels));
  });
  return lines.toSorted((a, b) => (a.ns === b.ns ? 0 : a.ns > b.ns ? -1 : 1)).map((it) => it.line);
}

function readLine(entry: unknown, labels: LogLine['labels']): { ns: bigint; line: LogLine } {
  const [at, line] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
  if (typeof at !== 'string' || !/^\d{1,19}$/.test(at) || typeof line !== 'string') {
    throw badAnswer(SOURCE, 'a line without time or text');
  }
  const ns = BigInt(at);
  return { ns, line: { at: Number(ns / 1_000_000n), line: cut(line, MAX_LINE_LENGTH), labels } };
}
