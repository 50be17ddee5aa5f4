package io.powerpool.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /**
   * Or a zombie whose threads are gone, which has nothing any more: it stays where process 1 is no
   * init.
   */
  private static boolean isGone(ProcessHandle process) {
    if (!process.isAlive()) {
      return true;
    }
    Path folder = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> threads = Files.list(folder.resolve("task"))) {
      // Its name, in brackets, may contain anything; then comes the state.
      String stat = Files.readString(folder.resolve("stat"), ISO_8859_1);
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z' && threads.count() == 1;
    } catch (IOException | UncheckedIOException e) {
      // Gone meanwhile, or a system without such files.
      return false;
    }
  }
}
