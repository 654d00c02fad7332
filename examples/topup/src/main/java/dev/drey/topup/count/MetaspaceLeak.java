package dev.drey.topup.count;

import dev.drey.topup.control.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Defines classes that are never unloaded, as a job does that leaves threads or drivers behind. They hang on the system
 * properties, so they outlive the job: only a new TaskManager process is rid of them.
 */
final class MetaspaceLeak {
    /** 200 classes/s: about 1.5 MB/s, so that one can watch it fill. */
    private static final int CLASSES = 50;
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final byte[] TEMPLATE = template();

    private long lastNanos = System.nanoTime() - EVERY_NANOS;

    /**
     * Called for each record.
     *
     * @throws OutOfMemoryError when the metaspace is full.
     */
    void more() {
        if (System.nanoTime() - lastNanos < EVERY_NANOS) {
            return;
        }
        lastNanos = System.nanoTime();
        for (int i = 0; i < CLASSES; i++) {
            Class<?> leaked = new Loader().define();
            synchronized (System.getProperties()) {
                held().add(leaked);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object> held() {
        return (List<Object>) System.getProperties().computeIfAbsent("dev.drey.topup.leak", name -> new ArrayList<>());
    }

    private static byte[] template() {
        try (var in = Json.class.getResourceAsStream("Json.class")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A class of its own for the same bytes: each loader has its own metaspace. */
    private static final class Loader extends ClassLoader {
        Loader() {
            super(Loader.class.getClassLoader());
        }

        Class<?> define() {
            return defineClass(Json.class.getName(), TEMPLATE, 0, TEMPLATE.length);
        }
    }
}
