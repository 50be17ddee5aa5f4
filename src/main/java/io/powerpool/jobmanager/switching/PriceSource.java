package io.powerpool.jobmanager.switching;

import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/** Where prices come from. Belongs to one event loop. */
interface PriceSource {

  /**
   * The coins whose prices are asked for.
   *
   * @param coins those that must have one
   * @param merged those that may have one: chains that are mined together with these
   */
  record Wanted(List<String> coins, List<String> merged) {

    public Wanted {
      coins = List.copyOf(coins);
      merged = List.copyOf(merged);
    }

    /** All of them. */
    List<String> all() {
      return Stream.concat(coins.stream(), merged.stream()).distinct().toList();
    }
  }

  /**
   * The prices of these coins now. Fails, with words for the operator, if there is nothing to be
   * had.
   */
  Future<PriceReading> read(Wanted wanted);

  /** Breaks connections. */
  Future<Void> close();
}
