package dev.drey.topup.source;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Tells a reader which run of the job it belongs to: the instant (epoch ms) at which the run's enumerator was made. Flink has no
 * such identity: a job id outlives restarts, and attempt numbers differ between the subtasks of one run after a rescale.
 */
record RunBegan(long run) implements SourceEvent {}
