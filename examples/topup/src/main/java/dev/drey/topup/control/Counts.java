package dev.drey.topup.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Sums up the sinks' files: what each run emitted and whether two runs ever emitted at the same time. */
public final class Counts {
    private final Path out;
    private final Map<Path, SinkFile> files = new HashMap<>();

    public Counts(Path out) {
        this.out = out;
    }

    /** One run: the sink subtasks of one job id that began together. */
    private static final class Run {
        final String jobId;
        final long beganAt;
        final Set<Integer> subtasks = new HashSet<>();
        final Emissions total = new Emissions();
        int attempt;

        Run(SinkFile first) {
            jobId = first.jobId;
            beganAt = first.run;
        }

        boolean takes(SinkFile file) {
            return jobId.equals(file.jobId) && beganAt == file.run && !subtasks.contains(file.subtask);
        }

        void add(SinkFile file) {
            subtasks.add(file.subtask);
            attempt = Math.max(attempt, file.attempt);
            total.add(file.total);
        }

        long overlapMs(Run other) {
            if (total.records == 0 || other.total.records == 0) {
                return 0;
            }
            return Math.min(total.lastAt, other.total.lastAt) - Math.max(total.firstAt, other.total.firstAt);
        }
    }

    /** The answer of {@code GET /counts}, without what only the schedule knows. */
    public synchronized Map<String, Object> toJson() throws IOException {
        List<Run> runs = runs();
        Emissions all = new Emissions();
        runs.forEach(run -> all.add(run.total));
        Map<String, Object> json = new LinkedHashMap<>();
        putTotals(json, all);
        json.put("overlapMs", overlapMs(runs));
        json.put("runs", runs.stream().map(Counts::runJson).toList());
        return json;
    }

    private static Map<String, Object> runJson(Run run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("jobId", run.jobId);
        json.put("beganAt", run.beganAt);
        json.put("attempt", run.attempt);
        json.put("subtasks", run.subtasks.size());
        putTotals(json, run.total);
        return json;
    }

    private static void putTotals(Map<String, Object> json, Emissions total) {
        boolean any = total.records > 0;
        json.put("firstAt", any ? total.firstAt : null);
        json.put("lastAt", any ? total.lastAt : null);
        json.put("newestEventAt", any ? total.newestEventAt : null);
        json.put("records", total.records);
        Map<String, Object> violations = new LinkedHashMap<>();
        violations.put("lost", total.lost);
        violations.put("duplicated", total.duplicated);
        json.put("violations", violations);
        json.put("bonuses", total.bonuses);
    }

    private static long overlapMs(List<Run> runs) {
        long most = 0;
        for (int i = 0; i < runs.size(); i++) {
            for (int k = i + 1; k < runs.size(); k++) {
                most = Math.max(most, runs.get(i).overlapMs(runs.get(k)));
            }
        }
        return most;
    }

    /** In the order of their start. A subtask that appears again was restarted without the JobManager's source coordinator. */
    private List<Run> runs() throws IOException {
        readFiles();
        List<SinkFile> byStart = new ArrayList<>(files.values());
        byStart.sort(Comparator.comparingLong(file -> file.startedAt));
        List<Run> runs = new ArrayList<>();
        for (SinkFile file : byStart) {
            Run run = null;
            for (Run candidate : runs) {
                run = candidate.takes(file) ? candidate : run;
            }
            if (run == null) {
                run = new Run(file);
                runs.add(run);
            }
            run.add(file);
        }
        return runs;
    }

    private void readFiles() throws IOException {
        if (!Files.isDirectory(out)) {
            return;
        }
        try (Stream<Path> found = Files.find(out, 2, (path, info) -> info.isRegularFile() && path.toString().endsWith(".log"))) {
            found.forEach(path -> files.computeIfAbsent(path, SinkFile::new));
        }
        for (SinkFile file : files.values()) {
            file.readOn();
        }
    }
}
