package dev.drey.topup.source;

import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Which subscriber each event belongs to, so that keyed subtasks have the same load at every parallelism and at every moment.
 *
 * <p>Each key group has the same number of subscribers, each split has its own ones, and a split's subscribers take turns. A
 * split's subscribers lie at equal distances over all key groups, so that every reader loads all keyed subtasks alike.
 */
final class Subscribers {
    private static final long FIRST_NUMBER = 77_010_000_000L;

    private final long[][] bySplit;

    /** @throws IllegalArgumentException when the subscribers can't be shared out evenly. */
    Subscribers(int splits, int groups, int perGroup) {
        int perSplit = groups * perGroup / splits;
        if (perSplit == 0 || perSplit * splits != groups * perGroup || groups % perSplit != 0) {
            throw new IllegalArgumentException(
                    "max-parallelism x subscribers-per-group must be a multiple of splits, and that many must divide max-parallelism: "
                            + groups + " x " + perGroup + ", " + splits);
        }
        long[][] byGroup = byGroup(groups, perGroup);
        int distance = groups / perSplit;
        int[] used = new int[groups];
        bySplit = new long[splits][perSplit];
        for (int split = 0; split < splits; split++) {
            int offset = spread(split % distance, distance);
            for (int turn = 0; turn < perSplit; turn++) {
                // Neighbouring splits begin their turns at different places, so that one moment's events are spread too.
                int group = offset + distance * spread((split + turn) % perSplit, perSplit);
                bySplit[split][turn] = byGroup[group][used[group]++];
            }
        }
    }

    /** Subscriber of event n of a split. */
    long of(int split, long n) {
        long[] own = bySplit[split];
        return own[(int) (n % own.length)];
    }

    /** The how-manyth top-up of its subscriber event n is, from 1. */
    long ordinal(int split, long n) {
        return n / bySplit[split].length + 1;
    }

    /** A permutation of 0…size-1 in which neighbours are far apart (multiples of the golden ratio). */
    private static int spread(int i, int size) {
        int step = (int) Math.round(size * 0.618034);
        while (step > 1 && gcd(step, size) != 1) {
            step++;
        }
        return (int) ((long) i * Math.max(1, step) % size);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static long[][] byGroup(int groups, int perGroup) {
        long[][] numbers = new long[groups][perGroup];
        int[] found = new int[groups];
        int missing = groups * perGroup;
        for (long number = FIRST_NUMBER; missing > 0; number++) {
            int group = KeyGroupRangeAssignment.assignToKeyGroup(number, groups);
            if (found[group] < perGroup) {
                numbers[group][found[group]++] = number;
                missing--;
            }
        }
        return numbers;
    }
}
