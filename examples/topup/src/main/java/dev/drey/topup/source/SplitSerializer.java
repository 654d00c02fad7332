package dev.drey.topup.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Writes a split (index, next), and the list of unassigned splits that is the enumerator's state. */
final class SplitSerializer implements SimpleVersionedSerializer<TopUpSplit> {
    private static final int BYTES = Integer.BYTES + Long.BYTES;

    @Override
    public int getVersion() {
        return 1;
    }

    @Override
    public byte[] serialize(TopUpSplit split) {
        return ByteBuffer.allocate(BYTES).putInt(split.index).putLong(split.next).array();
    }

    @Override
    public TopUpSplit deserialize(int version, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new TopUpSplit(in.getInt(), in.getLong());
    }

    static final class OfList implements SimpleVersionedSerializer<List<TopUpSplit>> {
        private final SplitSerializer one = new SplitSerializer();

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(List<TopUpSplit> splits) {
            ByteBuffer out = ByteBuffer.allocate(splits.size() * BYTES);
            splits.forEach(split -> out.put(one.serialize(split)));
            return out.array();
        }

        @Override
        public List<TopUpSplit> deserialize(int version, byte[] bytes) throws IOException {
            List<TopUpSplit> splits = new ArrayList<>();
            ByteBuffer in = ByteBuffer.wrap(bytes);
            while (in.hasRemaining()) {
                splits.add(new TopUpSplit(in.getInt(), in.getLong()));
            }
            return splits;
        }
    }
}
