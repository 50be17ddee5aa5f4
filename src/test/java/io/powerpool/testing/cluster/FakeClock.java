package io.powerpool.testing.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;

/** A wrong clock for a process: Debian's libfaketime stands between it and the kernel's. */
public final class FakeClock {

  private static final Path LIBRARIES = Path.of("/usr/lib");

  private FakeClock() {}

  /** Whether wrong clocks can be had here. */
  public static boolean installed() {
    return library().isPresent();
  }

  private static Optional<Path> library() {
    try (DirectoryStream<Path> architectures =
        Files.newDirectoryStream(
            LIBRARIES, at -> Files.exists(at.resolve("faketime/libfaketime.so.1")))) {
      Iterator<Path> found = architectures.iterator();
      return found.hasNext()
          ? Optional.of(found.next().resolve("faketime/libfaketime.so.1"))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Not by the wrapper of that name: that would be a process between us and ours. */
  static void apply(ProcessBuilder builder, Duration ahead) {
    builder.environment().put("LD_PRELOAD", library().orElseThrow().toString());
    builder.environment().put("FAKETIME", "%+d".formatted(ahead.toSeconds()));
    // Intervals are right on such a machine, and Java waits by them; files are dated by the kernel.
    builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    builder.environment().put("NO_FAKE_STAT", "1");
    // Its own arithmetic for waits by the monotonic clock ends Java's too early, over and over.
    builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }
}
