package dev.drey.topup.count;

import dev.drey.topup.control.ControlLink;
import dev.drey.topup.control.Fault;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a byte, or fails as full or broken storage does while Control says so. Flink calls it when it writes a checkpoint. */
public final class FuseSerializer extends TypeSerializerSingleton<Byte> {
    @Override
    public void serialize(Byte value, DataOutputView out) throws IOException {
        if (ControlLink.current().has(Fault.FAIL_CHECKPOINTS)) {
            throw new IOException("checkpoint storage refused the write");
        }
        out.writeByte(value);
    }

    @Override
    public Byte deserialize(DataInputView in) throws IOException {
        return in.readByte();
    }

    @Override
    public Byte deserialize(Byte reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        out.writeByte(in.readByte());
    }

    @Override
    public Byte copy(Byte from) {
        return from;
    }

    @Override
    public Byte copy(Byte from, Byte reuse) {
        return from;
    }

    @Override
    public Byte createInstance() {
        return 0;
    }

    @Override
    public int getLength() {
        return 1;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TypeSerializerSnapshot<Byte> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Lets Flink make the serializer again when it restores. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Byte> {
        public Snapshot() {
            super(FuseSerializer::new);
        }
    }
}
