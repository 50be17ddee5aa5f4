package io.powerpool.share;

import java.util.Objects;

/**
 * Who is credited: an account's payout address and one of its rigs. Whoever makes one from a
 * miner's words has bounded and checked them.
 *
 * @param address the account, as it is paid
 * @param name the rig, empty if the miner named none
 */
public record Worker(String address, String name) {

  public Worker {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(name, "name");
  }

  /** {@code address.name}, or the address alone if the rig has no name. */
  @Override
  public String toString() {
    return name.isEmpty() ? address : address + "." + name;
  }
}
