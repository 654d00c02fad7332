/** Chance that is the same each time. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Mean 0, deviation 1, cut at three of it. */
  normal(): number;
}

/** Small and fast, of good quality (mulberry32 of Tommy Ettinger, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => {
    // Box and Muller: 1 − x, so that the logarithm is never of 0.
    const draw = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Math.max(-3, Math.min(3, draw));
  };
  return { next, normal };
}

/** A seed of its own for each part, so that the draws of one do not move those of another (FNV-1a). */
export function seedOf(seed: number, part: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
