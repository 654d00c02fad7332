package dev.drey.topup.sink;

import dev.drey.topup.control.Emissions;
import dev.drey.topup.control.SinkFile;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** The file of one sink subtask of one run. Each line is one write to the system, so nothing of it is lost by a kill -9. */
final class EmissionLog implements AutoCloseable {
    private final FileOutputStream file;

    private EmissionLog(FileOutputStream file) {
        this.file = file;
    }

    static EmissionLog create(String out, WriterInitContext context) throws IOException {
        Path folder = Files.createDirectories(Path.of(out, context.getJobInfo().getJobId().toHexString()));
        OptionalLong restored = context.getRestoredCheckpointId();
        String name = SinkFile.name(
                context.getTaskInfo().getIndexOfThisSubtask(),
                restored.isPresent() ? Long.toString(restored.getAsLong()) : "none",
                context.getTaskInfo().getAttemptNumber(),
                System.currentTimeMillis(),
                UUID.randomUUID().toString().substring(0, 8));
        return new EmissionLog(new FileOutputStream(folder.resolve(name).toFile()));
    }

    void write(Emissions emissions) throws IOException {
        file.write(emissions.toLine().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
