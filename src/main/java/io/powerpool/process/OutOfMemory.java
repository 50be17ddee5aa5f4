package io.powerpool.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that has run out of memory, at once and without any cleaning up: half of its
 * threads may be gone or in the middle of something, and no share is lost by it, as none is by
 * {@code kill -9}. What {@code -XX:+ExitOnOutOfMemoryError} does where java is started with it,
 * this does, as far as a program can, where it is not. Any thread may use it.
 */
public final class OutOfMemory {

  /** As HotSpot has it with {@code -XX:+ExitOnOutOfMemoryError} (report_java_out_of_memory). */
  public static final int EXIT_CODE = 3;

  // All that is needed at the end is made before.
  private static final byte[] LAST_WORDS =
      "out of memory: ending at once (exit code 3); java -Xmx sets how much there is\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

  private static volatile boolean ends;

  private OutOfMemory() {}

  /**
   * Has this process end, from now on, when {@link #check} is told of an {@link OutOfMemoryError},
   * or when a thread dies of one.
   */
  public static void endsThisProcess() {
    ends = true;
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          check(error);
          // Not before: the first logger settles the level, which a command sets after this.
          Logger log = LoggerFactory.getLogger(OutOfMemory.class);
          log.error("thread {} has ended", thread.getName(), error);
        });
  }

  /**
   * To be asked by whoever catches any error and goes on. Does not return if it is an {@link
   * OutOfMemoryError} and this process is to end then. Its causes are not looked at: an I/O error
   * by which a file could not be mapped has such a cause, too.
   *
   * @param error may be null
   */
  public static void check(Throwable error) {
    if (ends && error instanceof OutOfMemoryError) {
      try {
        ERR.write(LAST_WORDS);
      } catch (IOException e) {
        // Nobody hears it.
      } finally {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    }
  }
}
