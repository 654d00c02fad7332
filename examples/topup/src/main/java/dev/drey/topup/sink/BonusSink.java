package dev.drey.topup.sink;

import dev.drey.topup.Receipt;
import dev.drey.topup.Work;
import java.io.IOException;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Sends bonuses. Instead of sending them it notes what it emitted and when, in a file a subtask and run that Control reads. */
public final class BonusSink implements SinkBase<Receipt> {
    private final String out;
    private final Work work;

    /** @param out folder that TaskManagers and Control share. */
    public BonusSink(String out, Work work) {
        this.out = out;
        this.work = work;
    }

    @Override
    public SinkWriter<Receipt> createWriter(WriterInitContext context) throws IOException {
        return new BonusWriter(new EmissionLog(out, context), context.getProcessingTimeService(), work);
    }
}
