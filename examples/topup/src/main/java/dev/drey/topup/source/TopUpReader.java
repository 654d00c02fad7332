package dev.drey.topup.source;

import dev.drey.topup.TopUp;
import dev.drey.topup.control.ControlLink;
import dev.drey.topup.control.Schedule;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;

/** Emits what has arrived in its splits, oldest first, and idles until the next event. */
final class TopUpReader implements SourceReader<TopUp, TopUpSplit> {
    /** Within the longer one a change of the rate is noticed; the shorter one saves wake-ups. */
    private static final long LONGEST_IDLE_MS = 250;
    private static final long SHORTEST_IDLE_MS = 10;

    private final SourceReaderContext context;
    private final TopUpSource.Settings settings;
    private final Subscribers subscribers;
    private final byte[] details;
    private final Counter recordsIn;
    /** All splits of this reader; metrics read it from their own thread. */
    private final List<TopUpSplit> splits = new CopyOnWriteArrayList<>();
    private final PriorityQueue<TopUpSplit> oldestFirst = new PriorityQueue<>(Comparator.comparingLong(this::nextEvent));
    private CompletableFuture<Void> available = CompletableFuture.completedFuture(null);
    private ControlLink control;
    private volatile long fetchLagMs;
    /** 0 until the enumerator has said it; nothing is emitted before. */
    private long run;

    TopUpReader(SourceReaderContext context, TopUpSource.Settings settings) {
        this.context = context;
        this.settings = settings;
        subscribers = new Subscribers(settings.splits(), settings.keyGroups(), settings.subscribersPerGroup());
        details = new byte[settings.detailsBytes()];
        recordsIn = context.metricGroup().getIOMetricGroup().getNumRecordsInCounter();
    }

    @Override
    public void start() {
        control = ControlLink.open(settings.control());
        context.metricGroup().setPendingRecordsGauge(this::pending);
        // Flink keeps currentEmitEventTimeLag by itself, but knows nothing of fetching.
        context.metricGroup().gauge("currentFetchEventTimeLag", () -> fetchLagMs);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<TopUp> output) {
        Schedule schedule = control.view().schedule();
        long now = System.currentTimeMillis();
        TopUpSplit split = oldestFirst.peek();
        if (run == 0 || split == null || nextEvent(split) >= schedule.arrivedBy(now)) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        oldestFirst.poll();
        long at = schedule.arrivalOf(nextEvent(split));
        fetchLagMs = now - at;
        settings.work().spend();
        output.collect(topUp(split, at), at);
        recordsIn.inc();
        advance(split);
        return InputStatus.MORE_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (available.isDone()) {
            long waitMs = waitMs();
            if (waitMs > 0) {
                CompletableFuture<Void> later = new CompletableFuture<>();
                available = later;
                control.after(waitMs, () -> later.complete(null));
            }
        }
        return available;
    }

    @Override
    public void addSplits(List<TopUpSplit> added) {
        splits.addAll(added);
        oldestFirst.addAll(added);
        available.complete(null);
    }

    @Override
    public List<TopUpSplit> snapshotState(long checkpointId) {
        return splits.stream().map(TopUpSplit::copy).toList();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof RunBegan began) {
            run = began.run();
            available.complete(null);
        }
    }

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
    }

    private TopUp topUp(TopUpSplit split, long at) {
        TopUp topUp = new TopUp();
        topUp.subscriber = subscribers.of(split.index, split.next);
        topUp.ordinal = subscribers.ordinal(split.index, split.next);
        topUp.at = at;
        topUp.run = run;
        topUp.details = details;
        return topUp;
    }

    // Only the task's thread writes `next`; volatile is for those who read it.
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void advance(TopUpSplit split) {
        split.next++;
        oldestFirst.add(split);
    }

    /** Number of a split's next event among the events of all splits. */
    private long nextEvent(TopUpSplit split) {
        return split.next * settings.splits() + split.index;
    }

    private long waitMs() {
        TopUpSplit split = oldestFirst.peek();
        long dueAt = run == 0 || split == null ? Long.MAX_VALUE : control.view().schedule().arrivalOf(nextEvent(split));
        long waitMs = Math.min(dueAt - System.currentTimeMillis(), LONGEST_IDLE_MS);
        return waitMs <= 0 ? 0 : Math.max(waitMs, SHORTEST_IDLE_MS);
    }

    /** Events that have arrived in this reader's splits and were not emitted. */
    private long pending() {
        long arrived = control.view().schedule().arrivedBy(System.currentTimeMillis());
        long pending = 0;
        for (TopUpSplit split : splits) {
            long inSplit = (arrived - split.index + settings.splits() - 1) / settings.splits();
            pending += Math.max(0, inSplit - split.next);
        }
        return pending;
    }
}
