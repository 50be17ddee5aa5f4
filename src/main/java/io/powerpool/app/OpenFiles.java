package io.powerpool.app;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many connections this process can hold before it runs out of open files. */
final class OpenFiles {

  /** Where the system does not tell its limit. */
  private static final long UNKNOWN = 1024;

  private OpenFiles() {}

  /**
   * The limit to put on miners' connections: a JVM that has run out of open files cannot even load
   * a class, so a tenth is kept back.
   *
   * @param configured by the operator; 0 for none
   */
  static int connections(int configured) {
    long limit =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : UNKNOWN;
    long safe = Math.min(Integer.MAX_VALUE, limit / 10 * 9);
    return (int) (configured == 0 ? safe : Math.min(configured, safe));
  }
}
