package dev.drey.topup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Command-line arguments of the form {@code --name value}; the last value of a name wins, {@link #all} keeps each. */
public final class Arguments {
    private final Map<String, List<String>> values = new HashMap<>();

    /** @throws IllegalArgumentException on a name without a value, or an unknown name. */
    public Arguments(String[] args, List<String> known) {
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown argument " + args[i] + ", known are --" + String.join(" --", known));
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            values.computeIfAbsent(name, n -> new ArrayList<>()).add(args[i + 1]);
        }
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public String text(String name, String fallback) {
        List<String> given = all(name);
        return given.isEmpty() ? fallback : given.get(given.size() - 1);
    }

    /** @throws IllegalArgumentException when it was not given. */
    public String required(String name) {
        String value = text(name, null);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is required");
        }
        return value;
    }

    public int whole(String name, int fallback) {
        return (int) number(name, fallback);
    }

    public double number(String name, double fallback) {
        String value = text(name, null);
        return value == null ? fallback : Double.parseDouble(value);
    }
}
