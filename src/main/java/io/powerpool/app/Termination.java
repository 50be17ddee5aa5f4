package io.powerpool.app;

import io.powerpool.process.PosixSignals;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGTERM does to a process that is to go out of service first. Ends by {@code System.exit},
 * so that what Vert.x does at the end of the process it does then.
 */
final class Termination {

  private static final Logger log = LoggerFactory.getLogger(Termination.class);

  private Termination() {}

  /**
   * At the first SIGTERM has this done and then ends the process with {@link ExitCode#OK}; a second
   * one ends it at once, as the first does by default.
   */
  static void after(Supplier<Future<Void>> work) {
    AtomicBoolean asked = new AtomicBoolean();
    try {
      PosixSignals.onTermination(
          () -> {
            if (asked.compareAndSet(false, true)) {
              work.get().onComplete(done -> exit(ExitCode.OK));
            } else {
              log.info("asked a second time: ending at once");
              exit(ExitCode.TERMINATED);
            }
          });
    } catch (IllegalArgumentException e) {
      log.warn("SIGTERM ends this process at once, without draining: {}", e.getMessage());
    }
  }

  /** Not on an event loop: exit waits until Vert.x is closed, which needs the loop. */
  static void exit(int code) {
    new Thread(() -> System.exit(code), "exit").start();
  }
}
