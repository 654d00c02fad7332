package dev.drey.topup.sink;

import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;

/** Flink 1.20 still asks for the older of the two ways to make a writer, and never calls it. */
interface SinkBase<T> extends Sink<T> {
    @Override
    @Deprecated
    default SinkWriter<T> createWriter(InitContext context) {
        throw new UnsupportedOperationException();
    }
}
