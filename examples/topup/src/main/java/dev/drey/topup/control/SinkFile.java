package dev.drey.topup.control;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file of one sink subtask of one run, {@code OUT/JOBID/SUBTASK_RUN_ATTEMPT_STARTED_RANDOM.log}, where RUN is
 * the instant (epoch ms) at which the JobManager began that run.
 */
public final class SinkFile {
    public final String jobId;
    public final int subtask;
    public final long run;
    public final int attempt;
    public final long startedAt;
    public final Emissions total = new Emissions();
    private final Path path;
    private long readTo;

    public SinkFile(Path path) {
        this.path = path;
        String name = path.getFileName().toString();
        String[] words = name.substring(0, name.length() - ".log".length()).split("_");
        jobId = path.getParent().getFileName().toString();
        subtask = Integer.parseInt(words[0]);
        run = Long.parseLong(words[1]);
        attempt = Integer.parseInt(words[2]);
        startedAt = Long.parseLong(words[3]);
    }

    public static String name(int subtask, long run, int attempt, long startedAt, String random) {
        return subtask + "_" + run + "_" + attempt + "_" + startedAt + "_" + random + ".log";
    }

    /** Adds the lines that were written since the last call. */
    public void readOn() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) (file.length() - readTo)];
            file.seek(readTo);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            int whole = text.lastIndexOf('\n') + 1;
            readTo += whole;
            text.substring(0, whole).lines().map(Emissions::ofLine).forEach(total::add);
        }
    }
}
