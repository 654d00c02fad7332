package dev.drey.topup.source;

import org.apache.flink.api.connector.source.SourceSplit;

/** One of the sequences of top-ups and the position in it. */
public final class TopUpSplit implements SourceSplit {
    public final int index;
    /** Number of the next event of this split, from 0. Written by its reader, read by metrics too. */
    volatile long next;

    public TopUpSplit(int index, long next) {
        this.index = index;
        this.next = next;
    }

    @Override
    public String splitId() {
        return Integer.toString(index);
    }

    TopUpSplit copy() {
        return new TopUpSplit(index, next);
    }
}
