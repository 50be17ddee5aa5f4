package io.powerpool.config;

import java.util.List;

/**
 * The configuration cannot be used; the message lists every fault, one per line, and never a
 * secret.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /** For faults found in the values. */
  public ConfigException(List<Fault> faults) {
    super(message(faults));
    this.faults = List.copyOf(faults);
  }

  /** For a file that could not be read at all. */
  public ConfigException(String message) {
    super(message);
    this.faults = List.of();
  }

  /**
   * The single faults, in the order in which they were found; empty if the file could not even be
   * read.
   */
  public List<Fault> faults() {
    return faults == null ? List.of() : faults;
  }

  private static String message(List<Fault> faults) {
    StringBuilder text = new StringBuilder();
    text.append(faults.size() == 1 ? "1 fault" : faults.size() + " faults")
        .append(" in the configuration:");
    for (Fault fault : faults) {
      text.append("\n  ").append(fault);
    }
    return text.toString();
  }
}
