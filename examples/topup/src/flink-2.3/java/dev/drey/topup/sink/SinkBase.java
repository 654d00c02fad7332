package dev.drey.topup.sink;

import org.apache.flink.api.connector.sink2.Sink;

/** Flink 2's sink as it is. */
interface SinkBase<T> extends Sink<T> {}
