package io.powerpool.stratum.v1;

import io.powerpool.share.Worker;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who mines on one connection: nearly always a single worker, who is found without allocating. */
final class Workers {

  private final byte[] firstName;
  private final Worker first;
  private Map<String, Worker> more = Map.of();

  /**
   * @param user the name as the miner spells it
   * @param first who is credited
   */
  Workers(String user, Worker first) {
    this.firstName = user.getBytes(StandardCharsets.UTF_8);
    this.first = first;
  }

  Worker first() {
    return first;
  }

  /**
   * Adds a worker, unless the name is there already.
   *
   * @param most how many there may be
   * @return false if there are so many without it
   */
  boolean add(String user, Worker credited, int most) {
    if (Arrays.equals(user.getBytes(StandardCharsets.UTF_8), firstName) || more.containsKey(user)) {
      return true;
    }
    if (more.size() + 1 >= most) {
      return false;
    }
    if (more.isEmpty()) {
      more = new LinkedHashMap<>();
    }
    more.put(user, credited);
    return true;
  }

  /** The worker whose name is in these bytes, or null. */
  Worker find(byte[] line, int from, int length) {
    if (Arrays.equals(firstName, 0, firstName.length, line, from, from + length)) {
      return first;
    }
    return more.isEmpty() ? null : more.get(new String(line, from, length, StandardCharsets.UTF_8));
  }
}
