package io.powerpool.testing;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** How tests end what they have started, so that nothing writes to its folder or holds its port. */
final class Ending {

  private static final long LIMIT_SECONDS = 60;

  private Ending() {}

  /**
   * Ends a process and all that it has started, as {@code kill -9} does, and waits until they are
   * gone.
   */
  static void kill(ProcessHandle process) {
    // Asked for before: what has lost its parent is nobody's descendant any more.
    List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process)).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture.allOf(
            all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
