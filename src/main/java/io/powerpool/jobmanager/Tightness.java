package io.powerpool.jobmanager;

import io.powerpool.coin.BlockFit;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes templates fit into blocks with our coinbase, and tells when something is left out. */
final class Tightness {

  private static final Logger log = LoggerFactory.getLogger(Tightness.class);

  private final Coin coin;
  private String words = "";

  Tightness(Coin coin) {
    this.coin = coin;
  }

  /**
   * The template as a block can have it. Tells the log when a block gets too large with our
   * coinbase, and when it does no more.
   *
   * @param given as the server gave it
   * @param committing the same with the commitment to merged chains
   */
  BlockTemplate fit(BlockTemplate given, BlockTemplate committing) {
    BlockTemplate fitting = BlockFit.fit(committing, coin);
    int leftOut = given.transactions().size() - fitting.transactions().size();
    String excess = BlockFit.excess(fitting, coin);
    String before = words;
    if (!excess.isEmpty()) {
      words = "a block will be refused, it has " + excess;
    } else if (leftOut > 0) {
      words =
          leftOut
              + " transactions are left out: the coin server keeps too little free for the"
              + " coinbase (blockreservedweight)";
    } else {
      words = "";
    }
    if (words.isEmpty() != before.isEmpty()) {
      log.warn("{}: {}", coin.currency(), words.isEmpty() ? "blocks fit again" : words);
    }
    return fitting;
  }

  /** What does not fit; empty if all does. */
  String words() {
    return words;
  }
}
