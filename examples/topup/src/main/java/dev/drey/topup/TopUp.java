package dev.drey.topup;

/** A subscriber's balance was topped up. (Public fields: Flink serializes it as a POJO.) */
public class TopUp {
    public long subscriber;
    /** The how-manyth top-up of this subscriber it is, from 1. */
    public long ordinal;
    /** When it happened, epoch ms. */
    public long at;
    /** Which run of the job emitted it, see RunBegan. */
    public long run;
    /** Stands for the rest of a real event; keeps the number of events in Flink's buffers small. */
    public byte[] details;
}
