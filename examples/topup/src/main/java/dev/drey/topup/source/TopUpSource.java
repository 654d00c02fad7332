package dev.drey.topup.source;

import dev.drey.topup.TopUp;
import dev.drey.topup.Work;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Endless top-ups at the rate that Control sets. Event e of all is event e ÷ splits of split e mod splits: the same at every
 * run, so that a replay from a checkpoint repeats exactly what came after it.
 */
public final class TopUpSource implements Source<TopUp, TopUpSplit, List<TopUpSplit>> {
    /**
     * How the source is made.
     *
     * @param control Control's address, {@code http://host:port}.
     * @param keyGroups the job's max parallelism.
     * @param detailsBytes size of an event beside its numbers.
     */
    public record Settings(String control, int splits, int keyGroups, int subscribersPerGroup, Work work, int detailsBytes)
            implements Serializable {}

    private final Settings settings;

    /** @throws IllegalArgumentException when the subscribers can't be shared out evenly. */
    public TopUpSource(Settings settings) {
        this.settings = settings;
        new Subscribers(settings.splits(), settings.keyGroups(), settings.subscribersPerGroup());
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<TopUp, TopUpSplit> createReader(SourceReaderContext context) {
        return new TopUpReader(context, settings);
    }

    @Override
    public SplitEnumerator<TopUpSplit, List<TopUpSplit>> createEnumerator(SplitEnumeratorContext<TopUpSplit> context) {
        List<TopUpSplit> all = IntStream.range(0, settings.splits()).mapToObj(i -> new TopUpSplit(i, 0)).toList();
        return new TopUpEnumerator(context, all);
    }

    @Override
    public SplitEnumerator<TopUpSplit, List<TopUpSplit>> restoreEnumerator(
            SplitEnumeratorContext<TopUpSplit> context, List<TopUpSplit> unassigned) {
        return new TopUpEnumerator(context, unassigned);
    }

    @Override
    public SimpleVersionedSerializer<TopUpSplit> getSplitSerializer() {
        return new SplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<List<TopUpSplit>> getEnumeratorCheckpointSerializer() {
        return new SplitSerializer.OfList();
    }
}
