package dev.drey.topup.control;

/**
 * What one sink subtask of one run emitted within a time: written by the sink, summed up by Control. One line of a sink's file.
 */
public final class Emissions {
    /** First and last emission, epoch ms; 0 = none. */
    public long firstAt;
    public long lastAt;
    public long records;
    /** Events that keyed state had missed, or had counted twice. */
    public long lost;
    public long duplicated;
    public long bonuses;
    /** Newest event time emitted, epoch ms. */
    public long newestEventAt;

    public void add(Emissions more) {
        if (more.records == 0) {
            return;
        }
        firstAt = records == 0 ? more.firstAt : Math.min(firstAt, more.firstAt);
        lastAt = Math.max(lastAt, more.lastAt);
        records += more.records;
        lost += more.lost;
        duplicated += more.duplicated;
        bonuses += more.bonuses;
        newestEventAt = Math.max(newestEventAt, more.newestEventAt);
    }

    public String toLine() {
        return firstAt + " " + lastAt + " " + records + " " + lost + " " + duplicated + " " + bonuses + " " + newestEventAt + "\n";
    }

    /** @throws IllegalArgumentException when it is no line of {@link #toLine}. */
    public static Emissions ofLine(String line) {
        String[] words = line.split(" ");
        if (words.length != 7) {
            throw new IllegalArgumentException("not a line of a sink: " + line);
        }
        Emissions e = new Emissions();
        e.firstAt = Long.parseLong(words[0]);
        e.lastAt = Long.parseLong(words[1]);
        e.records = Long.parseLong(words[2]);
        e.lost = Long.parseLong(words[3]);
        e.duplicated = Long.parseLong(words[4]);
        e.bonuses = Long.parseLong(words[5]);
        e.newestEventAt = Long.parseLong(words[6]);
        return e;
    }
}
