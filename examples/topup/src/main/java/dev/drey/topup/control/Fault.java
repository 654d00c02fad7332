package dev.drey.topup.control;

import java.util.List;

/**
 * A fault that is switched on.
 *
 * @param times how often it may still be claimed; -1 = until it is cleared.
 * @param text the exception's message or the line to log.
 */
public record Fault(String kind, int times, String text) {
    /** The next record of one subtask of the keyed operator throws; claimed. */
    public static final String THROW = "throw";
    /** One subtask of the keyed operator blocks until the fault is cleared. */
    public static final String HANG = "hang";
    /** Writing the keyed operator's checkpoint fails, so every checkpoint is declined. */
    public static final String FAIL_CHECKPOINTS = "fail-checkpoints";
    /** Classes that are never unloaded are defined until the TaskManager's metaspace is full. */
    public static final String LEAK_METASPACE = "leak-metaspace";
    /** A line is logged at ERROR; claimed. */
    public static final String LOG = "log";

    public static final List<String> KINDS = List.of(THROW, HANG, FAIL_CHECKPOINTS, LEAK_METASPACE, LOG);

    /** What is left after one claim: null when that was the last. */
    public Fault claimed() {
        if (times < 0) {
            return this;
        }
        return times <= 1 ? null : new Fault(kind, times - 1, text);
    }
}
