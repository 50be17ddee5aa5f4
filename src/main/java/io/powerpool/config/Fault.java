package io.powerpool.config;

import java.util.Objects;
import java.util.Optional;

/**
 * One thing wrong with the configuration.
 *
 * @param path where it is, like {@code coins.LTC.servers[0].port}
 * @param value what stands there, as it may be shown; empty if nothing stands there
 * @param expected what should stand there instead, as the end of "expected …"
 */
public record Fault(String path, Optional<String> value, String expected) {

  public Fault {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(expected, "expected");
  }

  /** The fault as one line: path, value, expectation. */
  @Override
  public String toString() {
    return path
        + ": "
        + value.map(shown -> "is " + shown).orElse("is missing")
        + ", expected "
        + expected;
  }
}
