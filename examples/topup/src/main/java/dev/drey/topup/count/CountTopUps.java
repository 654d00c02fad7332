package dev.drey.topup.count;

import dev.drey.topup.Receipt;
import dev.drey.topup.TopUp;
import dev.drey.topup.Work;
import dev.drey.topup.control.ControlLink;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts each subscriber's top-ups in keyed state, with a bonus for every so many. Every event says the how-manyth of its
 * subscriber it is, so a state that disagrees has lost or doubled events; it is set right, so that one mishap shows once a key.
 */
public final class CountTopUps extends KeyedProcessFunction<Long, TopUp, Receipt> implements CheckpointedFunction {
    private final String controlUrl;
    private final Work work;
    private final long bonusEvery;
    private transient ControlLink control;
    private transient FaultInjector faults;
    private transient ValueState<Long> count;
    private transient ListState<Byte> fuse;

    public CountTopUps(String controlUrl, Work work, long bonusEvery) {
        this.controlUrl = controlUrl;
        this.work = work;
        this.bonusEvery = bonusEvery;
    }

    @Override
    public void open(OpenContext context) {
        control = ControlLink.open(controlUrl);
        boolean faulty = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        faults = faulty ? new FaultInjector(control) : null;
        count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(TopUp topUp, Context context, Collector<Receipt> out) throws Exception {
        if (faults != null) {
            faults.apply();
        }
        work.spend();
        Long before = count.value();
        long missing = topUp.ordinal - 1 - (before == null ? 0 : before);
        count.update(topUp.ordinal);
        out.collect(new Receipt(topUp, missing, topUp.ordinal % bonusEvery == 0));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        fuse = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("fuse", new FuseSerializer()));
        fuse.clear();
    }

    /** A checkpoint fails while its state is written; an exception from here would fail the job instead. */
    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        fuse.clear();
        fuse.add((byte) 1);
    }

    @Override
    public void close() {
        if (control != null) {
            control.close();
        }
    }
}
