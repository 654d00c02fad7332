package dev.drey.topup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drey.topup.control.ControlState;
import dev.drey.topup.control.Counts;
import dev.drey.topup.control.Fault;
import dev.drey.topup.control.Json;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** The control process: an HTTP server on the loopback address that sets demand and faults, and answers counts. See README.md. */
public final class Control {
    /** A new rate begins this much later, so that every reader has heard of it by then. */
    private static final long AHEAD_MS = 500;

    private final ControlState state;
    private final Counts counts;

    private Control(ControlState state, Counts counts) {
        this.state = state;
        this.counts = counts;
    }

    public static void main(String[] args) throws IOException {
        Arguments arguments = new Arguments(args, List.of("port", "port-file", "dir", "out", "rate"));
        Path dir = Path.of(arguments.required("dir"));
        Files.createDirectories(dir);
        ControlState state = new ControlState(dir.resolve("control.json"));
        if (state.schedule().points().isEmpty()) {
            state.rate(System.currentTimeMillis(), arguments.number("rate", 0));
        }
        Control control = new Control(state, new Counts(Path.of(arguments.text("out", dir.resolve("out").toString()))));
        HttpServer server = listen(arguments.whole("port", 0), state.port());
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", control::serve);
        server.start();
        int port = server.getAddress().getPort();
        state.port(port);
        if (arguments.text("port-file", null) != null) {
            writePort(Path.of(arguments.text("port-file", null)), port);
        }
        System.out.println("http://127.0.0.1:" + port);
    }

    /** Any port means the one of the last process, if it is free: the job knows that one. */
    private static HttpServer listen(int wanted, int last) throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try {
            return HttpServer.create(new InetSocketAddress(loopback, wanted == 0 ? last : wanted), 0);
        } catch (BindException e) {
            if (wanted != 0) {
                throw e;
            }
            return HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        }
    }

    private static void writePort(Path file, int port) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, port + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            Object answer;
            try {
                answer = answer(exchange);
                status = answer == null ? 404 : 200;
            } catch (IllegalArgumentException e) {
                status = 400;
                answer = Map.of("error", String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                status = 500;
                answer = Map.of("error", e.toString());
            }
            byte[] body = Json.write(answer == null ? Map.of("error", "no such path") : answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Null = no such path. */
    private Object answer(HttpExchange exchange) throws IOException {
        Map<String, Object> body = Json.object(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String kind = kindOf(exchange.getRequestURI().getQuery());
        return switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /schedule" -> state.toJson();
            case "POST /rate" -> rate(body);
            case "POST /fault" -> fault(body);
            case "POST /fault/claim" -> claim(kind);
            case "DELETE /fault" -> clear(kind);
            case "GET /counts" -> counts();
            default -> null;
        };
    }

    private static String kindOf(String query) {
        return query != null && query.startsWith("kind=") ? known(query.substring("kind=".length())) : null;
    }

    private static String known(Object kind) {
        if (kind instanceof String text && Fault.KINDS.contains(text)) {
            return text;
        }
        throw new IllegalArgumentException("kind must be one of " + Fault.KINDS + ", is " + kind);
    }

    private Map<String, Object> rate(Map<String, Object> body) throws IOException {
        if (!(body.get("rate") instanceof Double rate) || rate < 0) {
            throw new IllegalArgumentException("rate must be a number of events/s, is " + body.get("rate"));
        }
        long sinceAt = System.currentTimeMillis() + AHEAD_MS;
        state.rate(sinceAt, rate);
        return Map.of("rate", rate, "sinceAt", sinceAt);
    }

    private Map<String, Object> fault(Map<String, Object> body) throws IOException {
        String kind = known(body.get("kind"));
        boolean counted = kind.equals(Fault.THROW) || kind.equals(Fault.LOG);
        int times = body.get("times") instanceof Double n ? n.intValue() : counted ? 1 : -1;
        Object text = body.getOrDefault("line", body.get("message"));
        if (kind.equals(Fault.LOG) && text == null) {
            throw new IllegalArgumentException("log needs a line");
        }
        state.fault(new Fault(kind, times, text == null ? null : text.toString()));
        return state.toJson();
    }

    private Map<String, Object> claim(String kind) throws IOException {
        Fault fault = state.claim(known(kind));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("granted", fault != null);
        answer.put("text", fault == null ? null : fault.text());
        return answer;
    }

    private Map<String, Object> clear(String kind) throws IOException {
        state.clear(kind);
        return state.toJson();
    }

    private Map<String, Object> counts() throws IOException {
        long now = System.currentTimeMillis();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("at", now);
        answer.put("rate", state.schedule().rateAt(now));
        answer.put("arrived", state.schedule().arrivedBy(now));
        answer.putAll(counts.toJson());
        return answer;
    }
}
