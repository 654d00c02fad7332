package dev.drey.topup;

/** What became of one top-up. (Public fields and constructor: Flink serializes it as a POJO.) */
public class Receipt {
    public long subscriber;
    /** Event time, epoch ms. */
    public long at;
    /** Which run of the job emitted it. */
    public long run;
    public boolean bonus;
    /** Top-ups of this subscriber that the state had missed before this one. */
    public long lost;
    /** Top-ups of this subscriber that the state had counted too often before this one. */
    public long duplicated;
    public byte[] details;

    public Receipt() {}

    public Receipt(TopUp topUp, long missing, boolean bonus) {
        subscriber = topUp.subscriber;
        at = topUp.at;
        run = topUp.run;
        details = topUp.details;
        this.bonus = bonus;
        lost = Math.max(0, missing);
        duplicated = Math.max(0, -missing);
    }
}
