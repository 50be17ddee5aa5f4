package io.powerpool.testing;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** How tests end what they have started, so that nothing writes to its folder or holds its port. */
final class Ending {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Ending() {}

  /**
   * Ends a process and all that it has started, as {@code kill -9} does, and waits until they are
   * gone.
   */
  static void kill(ProcessHandle process) {
    // Asked for before: what has lost its parent is nobody's descendant any more.
    List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process)).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await("killed processes are gone")
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> all.stream().allMatch(Ending::isGone));
  }

  /** Also one that nobody asks for its exit value, as where process 1 is no init. */
  private static boolean isGone(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }
}
