package dev.drey.topup.sink;

import dev.drey.topup.control.Emissions;
import dev.drey.topup.control.SinkFile;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** The file of one sink subtask of one run. Each line is one write to the system, so nothing of it is lost by a kill -9. */
final class EmissionLog implements AutoCloseable {
    private final Path folder;
    private final int subtask;
    private final int attempt;
    private FileOutputStream file;

    EmissionLog(String out, WriterInitContext context) throws IOException {
        folder = Files.createDirectories(Path.of(out, context.getJobInfo().getJobId().toHexString()));
        subtask = context.getTaskInfo().getIndexOfThisSubtask();
        attempt = context.getTaskInfo().getAttemptNumber();
    }

    /** @param run the run that the emissions belong to: always the same one, known from the first record on. */
    void write(long run, Emissions emissions) throws IOException {
        if (file == null) {
            String random = UUID.randomUUID().toString().substring(0, 8);
            String name = SinkFile.name(subtask, run, attempt, System.currentTimeMillis(), random);
            file = new FileOutputStream(folder.resolve(name).toFile());
        }
        file.write(emissions.toLine().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
