package dev.drey.topup;

import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The time that a record costs, slept instead of computed. What a sleep took too much or too little is settled with the next
 * records, so that the average is exact: a subtask handles 1000 ÷ costMs records/s.
 */
public final class Work implements Serializable {
    /** Shorter debts are saved up: a wake-up costs CPU time. */
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    /** A long pause of the process is no reason to be much faster after it. */
    private static final long MAX_CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long costNanos;
    private transient long owedNanos;

    public Work(double costMs) {
        costNanos = (long) (costMs * 1e6);
    }

    /** Spends the time of one record. */
    public void spend() {
        owedNanos += costNanos;
        if (owedNanos >= GRAIN_NANOS) {
            long from = System.nanoTime();
            LockSupport.parkNanos(owedNanos);
            owedNanos = Math.max(owedNanos - (System.nanoTime() - from), -MAX_CREDIT_NANOS);
        }
    }
}
