package io.powerpool.miner;

import io.powerpool.bitcoin.Hex;
import io.vertx.core.json.JsonArray;

/**
 * What {@code mining.subscribe} gave us.
 *
 * @param sessionId what to present when connecting again, empty if the pool named none
 * @param extranonce1 hexadecimal: the pool's part of the coinbase, our own for as long as we stay
 * @param extranonce2Size how many bytes of the coinbase are ours to choose
 */
public record Subscription(String sessionId, String extranonce1, int extranonce2Size) {

  /**
   * Reads the result of a {@code mining.subscribe}.
   *
   * @throws IllegalArgumentException if it has another shape
   */
  static Subscription from(Object result) {
    if (result instanceof JsonArray array
        && array.size() >= 3
        && array.getValue(1) instanceof String extranonce1
        && array.getValue(2) instanceof Number size) {
      Hex.decode(extranonce1);
      return new Subscription(sessionId(array.getValue(0)), extranonce1, size.intValue());
    }
    throw new IllegalArgumentException("not the answer to mining.subscribe: " + result);
  }

  /** The id beside "mining.notify"; some pools send one bare pair instead of a list of pairs. */
  private static String sessionId(Object subscriptions) {
    if (!(subscriptions instanceof JsonArray list)) {
      return "";
    }
    if (list.size() == 2 && list.getValue(0) instanceof String) {
      return String.valueOf(list.getValue(1));
    }
    for (Object entry : list) {
      if (entry instanceof JsonArray pair
          && pair.size() == 2
          && "mining.notify".equals(pair.getValue(0))) {
        return String.valueOf(pair.getValue(1));
      }
    }
    return "";
  }
}
