package dev.drey.topup;

import dev.drey.topup.count.CountTopUps;
import dev.drey.topup.sink.BonusSink;
import dev.drey.topup.source.TopUpSource;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job: top-up events → count and bonus per subscriber → bonus sink. Arguments: README.md. */
public final class TopUpJob {
    private static final List<String> ARGUMENTS = List.of(
            "control", "out", "name", "parallelism", "source-parallelism", "count-parallelism", "sink-parallelism",
            "max-parallelism", "splits", "subscribers-per-group", "source-ms", "count-ms", "sink-ms", "bonus-every",
            "details-bytes", "conf");

    private TopUpJob() {}

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args, ARGUMENTS);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(configuration(arguments));
        env.setParallelism(arguments.whole("parallelism", 1));
        env.setMaxParallelism(arguments.whole("max-parallelism", 720));
        build(env, arguments);
        env.execute(arguments.text("name", "topup"));
    }

    private static void build(StreamExecutionEnvironment env, Arguments arguments) {
        String control = arguments.required("control");
        DataStream<TopUp> topUps = env
                .fromSource(source(control, arguments), WatermarkStrategy.forMonotonousTimestamps(), "topup-events", Types.POJO(TopUp.class))
                .uid("topup-events")
                .setParallelism(parallelism(arguments, "source"));
        topUps.keyBy(topUp -> topUp.subscriber, Types.LONG)
                .process(new CountTopUps(control, work(arguments, "count", 10), arguments.whole("bonus-every", 10)), Types.POJO(Receipt.class))
                .name("count")
                .uid("count")
                .setParallelism(parallelism(arguments, "count"))
                .disableChaining()
                .rebalance()
                .sinkTo(new BonusSink(arguments.required("out"), work(arguments, "sink", 4)))
                .name("Sink: bonus")
                .uid("bonus")
                .setParallelism(parallelism(arguments, "sink"))
                .disableChaining();
    }

    private static TopUpSource source(String control, Arguments arguments) {
        return new TopUpSource(new TopUpSource.Settings(
                control,
                arguments.whole("splits", 240),
                arguments.whole("max-parallelism", 720),
                arguments.whole("subscribers-per-group", 2),
                work(arguments, "source", 2),
                arguments.whole("details-bytes", 1000)));
    }

    private static Work work(Arguments arguments, String vertex, double fallbackMs) {
        return new Work(arguments.number(vertex + "-ms", fallbackMs));
    }

    private static int parallelism(Arguments arguments, String vertex) {
        return arguments.whole(vertex + "-parallelism", arguments.whole("parallelism", 1));
    }

    /**
     * The job brings its own checkpointing; {@code --conf key=value} changes it and anything else a job may set. How many
     * checkpoints are retained is the cluster's to say: Flink ignores it here.
     */
    private static Configuration configuration(Arguments arguments) {
        Configuration configuration = new Configuration();
        configuration.setString("execution.checkpointing.interval", "5 s");
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        configuration.setString("pipeline.generic-types", "false");
        configuration.setString("pipeline.object-reuse", "true");
        for (String pair : arguments.all("conf")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--conf takes key=value, is " + pair);
            }
            configuration.setString(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
        }
        return configuration;
    }
}
