package io.powerpool.monitor;

import io.powerpool.config.Section;
import java.time.Duration;

/**
 * Where the monitor listens and what it calls unhealthy.
 *
 * @param poolName the pool's name as the page shows it
 * @param address the address to listen on; the default is this machine only
 * @param port the port in effect, the server number included; 0 takes any free one
 * @param templateMaxAge how old a coin's newest template may be before that counts as a fault
 */
public record MonitorOptions(String poolName, String address, int port, Duration templateMaxAge) {

  /** PowerPool's port, so that its front ends find us. */
  public static final int DEFAULT_PORT = 3855;

  private static final int MAX_PORT = 65_535;

  /**
   * Reads the section {@code monitor}.
   *
   * @param poolName the top-level {@code name}
   * @param serverNumber the top-level {@code server_number}, added to the port
   */
  public static MonitorOptions from(Section section, String poolName, int serverNumber) {
    String address = section.string("address", "127.0.0.1");
    int port = section.integer("port", DEFAULT_PORT, 0, MAX_PORT);
    int effective = port == 0 ? 0 : port + serverNumber;
    if (effective > MAX_PORT) {
      section.fault("port", port, "at most " + MAX_PORT + " with the server_number added");
      effective = 0;
    }
    Duration templateMaxAge =
        section.duration(
            "template_max_age", Duration.ofMinutes(2), Duration.ofSeconds(1), Duration.ofDays(1));
    return new MonitorOptions(poolName, address, effective, templateMaxAge);
  }
}
