package dev.drey.topup;

/** A subscriber's balance was topped up. (Public fields and constructor: Flink serializes it as a POJO.) */
public class TopUp {
    public long subscriber;
    /** The how-manyth top-up of this subscriber it is, from 1. */
    public long ordinal;
    /** When it happened, epoch ms. */
    public long at;
    /** Stands for the rest of a real event; keeps the number of events in Flink's buffers small. */
    public byte[] details;

    public TopUp() {}

    public TopUp(long subscriber, long ordinal, long at, byte[] details) {
        this.subscriber = subscriber;
        this.ordinal = ordinal;
        this.at = at;
        this.details = details;
    }
}
