package dev.drey.topup.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What Control holds: the schedule, the faults that are on, its port. Each change is on disk before it is visible. */
public final class ControlState {
    private final Path file;
    private Schedule schedule = Schedule.EMPTY;
    private Map<String, Fault> faults = Map.of();
    private int port;

    /** Continues from the file of an earlier process, when there is one. */
    public ControlState(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            Map<String, Object> saved = Json.object(Files.readString(file));
            schedule = readSchedule(saved);
            faults = readFaults(saved);
            port = ((Double) saved.get("port")).intValue();
        }
    }

    public synchronized Schedule schedule() {
        return schedule;
    }

    /** The port of the last process, 0 before the first. */
    public synchronized int port() {
        return port;
    }

    public synchronized void port(int value) throws IOException {
        save(schedule, faults, value);
    }

    public synchronized void rate(long sinceAt, double rate) throws IOException {
        save(schedule.with(sinceAt, rate), faults, port);
    }

    public synchronized void fault(Fault fault) throws IOException {
        Map<String, Fault> changed = new LinkedHashMap<>(faults);
        changed.put(fault.kind(), fault);
        save(schedule, changed, port);
    }

    /** Switches one kind off, or all (null). */
    public synchronized void clear(String kind) throws IOException {
        Map<String, Fault> changed = new LinkedHashMap<>(faults);
        changed.keySet().removeIf(k -> kind == null || k.equals(kind));
        save(schedule, changed, port);
    }

    /** Takes one of a fault's times; null when there is none left. */
    public synchronized Fault claim(String kind) throws IOException {
        Fault fault = faults.get(kind);
        if (fault != null && fault.claimed() == null) {
            clear(kind);
        } else if (fault != null && fault.claimed() != fault) {
            fault(fault.claimed());
        }
        return fault;
    }

    /** {@code {"points":[[sinceAt,rate]],"faults":{KIND:{"times":N,"text":S}},"port":N}}. */
    public synchronized Map<String, Object> toJson() {
        return json(schedule, faults, port);
    }

    /** Reads the points of {@link #toJson}. */
    public static Schedule readSchedule(Map<String, Object> json) {
        List<Schedule.Point> points = new ArrayList<>();
        for (Object point : (List<?>) json.get("points")) {
            List<?> pair = (List<?>) point;
            points.add(new Schedule.Point(((Double) pair.get(0)).longValue(), (Double) pair.get(1)));
        }
        return new Schedule(points);
    }

    /** Reads the faults of {@link #toJson}. */
    public static Map<String, Fault> readFaults(Map<String, Object> json) {
        Map<String, Fault> faults = new LinkedHashMap<>();
        ((Map<?, ?>) json.get("faults")).forEach((kind, value) -> {
            Map<?, ?> fault = (Map<?, ?>) value;
            faults.put((String) kind, new Fault((String) kind, ((Double) fault.get("times")).intValue(), (String) fault.get("text")));
        });
        return Map.copyOf(faults);
    }

    private static Map<String, Object> json(Schedule schedule, Map<String, Fault> faults, int port) {
        List<Object> points = new ArrayList<>();
        schedule.points().forEach(p -> points.add(List.of(p.sinceAt(), p.rate())));
        Map<String, Object> on = new LinkedHashMap<>();
        faults.forEach((kind, fault) -> {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("times", fault.times());
            value.put("text", fault.text());
            on.put(kind, value);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("points", points);
        json.put("faults", on);
        json.put("port", port);
        return json;
    }

    private void save(Schedule newSchedule, Map<String, Fault> newFaults, int newPort) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, Json.write(json(newSchedule, newFaults, newPort)));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        schedule = newSchedule;
        faults = newFaults;
        port = newPort;
    }
}
