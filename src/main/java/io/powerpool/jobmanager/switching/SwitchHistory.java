package io.powerpool.jobmanager.switching;

import io.vertx.core.json.JsonObject;

/** How often a group has gone to another coin, and the last time. */
final class SwitchHistory {

  private long switches;
  private JsonObject last;

  /**
   * Another coin is mined from now on.
   *
   * @param from the one before, null for the first
   */
  void add(String from, SwitchRule.Switch decision, long nowMillis) {
    if (from != null) {
      switches++;
    }
    last =
        new JsonObject()
            .put("time", nowMillis / 1000.0)
            .put("from", from)
            .put("to", decision.to())
            .put("reason", decision.reason());
  }

  /** {@code switch_count}, and {@code last_switch} if there was one. */
  JsonObject toJson() {
    return new JsonObject()
        .put("switch_count", switches)
        .put("last_switch", last == null ? null : last.copy());
  }
}
