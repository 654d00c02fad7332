package dev.drey.topup.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;

/**
 * Deals the splits out to the readers, once and evenly. From then on they are in the readers' state, which Flink itself deals
 * out evenly again when the parallelism changes.
 */
final class TopUpEnumerator implements SplitEnumerator<TopUpSplit, List<TopUpSplit>> {
    private final SplitEnumeratorContext<TopUpSplit> context;
    private final List<TopUpSplit> unassigned;
    private final RunBegan run = new RunBegan(System.currentTimeMillis());

    TopUpEnumerator(SplitEnumeratorContext<TopUpSplit> context, List<TopUpSplit> unassigned) {
        this.context = context;
        this.unassigned = new ArrayList<>(unassigned);
    }

    @Override
    public void addReader(int subtask) {
        context.sendEventToSourceReader(subtask, run);
        List<TopUpSplit> share = new ArrayList<>();
        for (TopUpSplit split : unassigned) {
            if (split.index % context.currentParallelism() == subtask) {
                share.add(split);
            }
        }
        unassigned.removeAll(share);
        share.forEach(split -> context.assignSplit(split, subtask));
    }

    @Override
    public void addSplitsBack(List<TopUpSplit> splits, int subtask) {
        unassigned.addAll(splits);
    }

    @Override
    public List<TopUpSplit> snapshotState(long checkpointId) {
        return List.copyOf(unassigned);
    }

    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, String host) {}

    @Override
    public void close() {}
}
