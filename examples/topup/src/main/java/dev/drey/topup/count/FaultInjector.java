package dev.drey.topup.count;

import dev.drey.topup.control.ControlLink;
import dev.drey.topup.control.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the faults that Control has switched on happen in the subtask that calls it. */
final class FaultInjector {
    private static final Logger LOG = LoggerFactory.getLogger(FaultInjector.class);
    private static final long HANG_STEP_MS = 100;

    private final ControlLink control;
    private final MetaspaceLeak leak = new MetaspaceLeak();

    FaultInjector(ControlLink control) {
        this.control = control;
    }

    /** Called for each record. */
    void apply() throws InterruptedException {
        ControlLink.View view = control.view();
        if (view.faults().isEmpty()) {
            return;
        }
        log(view);
        hang();
        if (view.has(Fault.LEAK_METASPACE)) {
            leak.more();
        }
        fail(view);
    }

    private void log(ControlLink.View view) {
        Fault fault = view.has(Fault.LOG) ? control.claim(Fault.LOG) : null;
        if (fault != null) {
            LOG.error(fault.text());
        }
    }

    private void hang() throws InterruptedException {
        while (control.view().has(Fault.HANG)) {
            Thread.sleep(HANG_STEP_MS);
        }
    }

    private void fail(ControlLink.View view) {
        Fault fault = view.has(Fault.THROW) ? control.claim(Fault.THROW) : null;
        if (fault != null) {
            throw new IllegalStateException(fault.text() == null ? "balance service refused the top-up" : fault.text());
        }
    }
}
