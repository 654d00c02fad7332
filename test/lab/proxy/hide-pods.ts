/** String literals, braces of selectors, and names of Flink's metrics: what matters of PromQL for adding a matcher. */
const tokens = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\bflink_\w+\b(?:\s*\{)?|\{/g;

/**
 * Adds `pod!~"…"` to the selectors of a query, by text: to every selector with braces and to every bare name that
 * begins with `flink_`. Series without a `pod` label pass. Good enough for a double that knows whose queries it sees.
 */
export function hidePods(query: string, pods: readonly string[]): string {
  if (pods.length === 0) return query;
  const escaped = pods.map((pod) => pod.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\\$&`));
  const matcher = `pod!~"${escaped.join('|')}"`;
  return query.replaceAll(tokens, (token) => {
    if (/^["'`]/.test(token)) return token;
    return token.endsWith('{') ? `${token}${matcher},` : `${token}{${matcher}}`;
  });
}
