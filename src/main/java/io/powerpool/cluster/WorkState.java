package io.powerpool.cluster;

import java.util.Objects;

/**
 * Whether miners can be sent to a coin.
 *
 * @param trouble why its work is not live, in words; empty if it is
 */
public record WorkState(String currency, String trouble) {

  public WorkState {
    Objects.requireNonNull(currency, "currency");
    Objects.requireNonNull(trouble, "trouble");
  }

  /** Whether there is work that a coin server stands behind. */
  public boolean live() {
    return trouble.isEmpty();
  }
}
