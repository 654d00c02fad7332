package dev.drey.topup.sink;

import dev.drey.topup.Receipt;
import dev.drey.topup.Work;
import dev.drey.topup.control.Emissions;
import java.io.IOException;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;

/** Notes each emission, gathered over at most 20 ms. */
final class BonusWriter implements SinkWriter<Receipt> {
    private static final long GATHER_MS = 20;

    private final EmissionLog log;
    private final ProcessingTimeService timers;
    private final Work work;
    private Emissions gathered = new Emissions();
    private long run;
    private boolean timerSet;

    BonusWriter(EmissionLog log, ProcessingTimeService timers, Work work) {
        this.log = log;
        this.timers = timers;
        this.work = work;
    }

    @Override
    public void write(Receipt receipt, Context context) throws IOException {
        work.spend();
        long now = System.currentTimeMillis();
        run = receipt.run;
        gathered.add(emission(receipt, now));
        if (now - gathered.firstAt >= GATHER_MS) {
            flush(false);
        } else if (!timerSet) {
            timerSet = true;
            timers.registerTimer(gathered.firstAt + GATHER_MS, at -> {
                timerSet = false;
                flush(false);
            });
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        if (gathered.records > 0) {
            log.write(run, gathered);
            gathered = new Emissions();
        }
    }

    @Override
    public void close() throws IOException {
        flush(true);
        log.close();
    }

    private static Emissions emission(Receipt receipt, long now) {
        Emissions one = new Emissions();
        one.firstAt = now;
        one.lastAt = now;
        one.records = 1;
        one.lost = receipt.lost;
        one.duplicated = receipt.duplicated;
        one.bonuses = receipt.bonus ? 1 : 0;
        one.newestEventAt = receipt.at;
        return one;
    }
}
