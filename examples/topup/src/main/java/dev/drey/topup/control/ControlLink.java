package dev.drey.topup.control;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A job's view of Control: one poller a job and process, shared by its tasks. While Control is away the last answer stays.
 *
 * <p>It stops with its last user: a thread that outlives the job would pin the job's class loader.
 */
public final class ControlLink implements AutoCloseable {
    private static final long POLL_MS = 250;
    private static final int DEADLINE_MS = 1000;

    /** What Control said last. */
    public record View(Schedule schedule, Map<String, Fault> faults) {
        public boolean has(String kind) {
            return faults.containsKey(kind);
        }
    }

    private static ControlLink shared;

    private final String url;
    private final ScheduledExecutorService threads;
    private volatile View view = new View(Schedule.EMPTY, Map.of());
    private int users;

    private ControlLink(String url) {
        this.url = url;
        threads = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "topup-control");
            thread.setDaemon(true);
            return thread;
        });
        threads.scheduleWithFixedDelay(this::poll, 0, POLL_MS, TimeUnit.MILLISECONDS);
    }

    /** The process's link; {@link #close} it as often as it was opened. */
    public static synchronized ControlLink open(String url) {
        if (shared == null) {
            shared = new ControlLink(url);
        }
        shared.users++;
        return shared;
    }

    /** The open link's view, for code that Flink creates by itself; nothing known when none is open. */
    public static synchronized View current() {
        return shared == null ? new View(Schedule.EMPTY, Map.of()) : shared.view;
    }

    public View view() {
        return view;
    }

    /** Runs a short task later. */
    public void after(long delayMs, Runnable task) {
        threads.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    /** Takes one of a fault's times; null when none is left, or Control is away. */
    public Fault claim(String kind) {
        try {
            Map<String, Object> answer = Json.object(call("POST", "/fault/claim?kind=" + kind));
            return Boolean.TRUE.equals(answer.get("granted")) ? new Fault(kind, 1, (String) answer.get("text")) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    @Override
    public void close() {
        synchronized (ControlLink.class) {
            users--;
            if (users == 0) {
                threads.shutdownNow();
                shared = null;
            }
        }
    }

    private void poll() {
        try {
            Map<String, Object> answer = Json.object(call("GET", "/schedule"));
            view = new View(ControlState.readSchedule(answer), ControlState.readFaults(answer));
        } catch (IOException | RuntimeException e) {
            // Control is away: the job goes on with what it knows.
        }
    }

    // HttpURLConnection, because HttpClient keeps a thread that outlives the job.
    private String call(String method, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(DEADLINE_MS);
        connection.setReadTimeout(DEADLINE_MS);
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
