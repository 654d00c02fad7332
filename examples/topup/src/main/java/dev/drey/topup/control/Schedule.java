package dev.drey.topup.control;

import java.util.ArrayList;
import java.util.List;

/**
 * Demand over time: from each point on, events arrive at its rate until the next point. Event e (0, 1, 2, …) arrives when the
 * integral of the rate reaches e + 1, so that everybody who knows the schedule agrees on what has arrived, and when.
 */
public final class Schedule {
    public static final Schedule EMPTY = new Schedule(List.of());

    /** A rate (events/s over all splits) from an instant (epoch ms) on. */
    public record Point(long sinceAt, double rate) {}

    private final List<Point> points;
    /** arrivedAt[i] = events that have arrived when point i begins. */
    private final double[] arrivedAt;

    /** @param points in ascending order of time. */
    public Schedule(List<Point> points) {
        this.points = List.copyOf(points);
        arrivedAt = new double[points.size()];
        for (int i = 1; i < arrivedAt.length; i++) {
            Point before = points.get(i - 1);
            arrivedAt[i] = arrivedAt[i - 1] + events(before, points.get(i).sinceAt());
        }
    }

    public List<Point> points() {
        return points;
    }

    /** This schedule, changed from an instant on; later points are dropped. */
    public Schedule with(long sinceAt, double rate) {
        List<Point> changed = new ArrayList<>(points);
        changed.removeIf(p -> p.sinceAt() >= sinceAt);
        changed.add(new Point(sinceAt, rate));
        return new Schedule(changed);
    }

    /** Events/s at an instant. */
    public double rateAt(long at) {
        int i = last(at);
        return i < 0 ? 0 : points.get(i).rate();
    }

    /** Number of events that have arrived by an instant. */
    public long arrivedBy(long at) {
        int i = last(at);
        // The tiny term makes arrivedBy(arrivalOf(e)) > e hold in spite of rounding.
        return i < 0 ? 0 : (long) Math.floor(arrivedAt[i] + events(points.get(i), at) + 1e-6);
    }

    /** When event e arrives (epoch ms, rounded up), or Long.MAX_VALUE when the schedule never gets there. */
    public long arrivalOf(long e) {
        double wanted = e + 1.0;
        for (int i = points.size() - 1; i >= 0; i--) {
            Point point = points.get(i);
            if (arrivedAt[i] < wanted && (i == points.size() - 1 || arrivedAt[i + 1] >= wanted)) {
                return point.rate() <= 0 ? Long.MAX_VALUE
                        : point.sinceAt() + (long) Math.ceil((wanted - arrivedAt[i]) / point.rate() * 1000);
            }
        }
        return Long.MAX_VALUE;
    }

    private static double events(Point point, long until) {
        return point.rate() * (until - point.sinceAt()) / 1000;
    }

    private int last(long at) {
        int i = points.size() - 1;
        while (i >= 0 && points.get(i).sinceAt() > at) {
            i--;
        }
        return i;
    }
}
