package io.powerpool.config;

import java.util.Objects;

/**
 * A password or key from the configuration; it prints as {@code ****} so that no log line can give
 * it away.
 *
 * @param value the secret itself, to be asked for only where it is used
 */
public record Secret(String value) {

  public Secret {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return "****";
  }
}
