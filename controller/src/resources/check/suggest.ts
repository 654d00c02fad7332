import { distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant, or null when none is close. */
export function suggest(given: string, candidates: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(given.length / 3) + 1);
  const scored = candidates
    .map((candidate) => ({ candidate, score: distance(given.toLowerCase(), candidate.toLowerCase()) }))
    .filter((it) => it.score <= limit && it.score < it.candidate.length)
    .toSorted((a, b) => a.score - b.score);
  return scored[0]?.candidate ?? null;
}
