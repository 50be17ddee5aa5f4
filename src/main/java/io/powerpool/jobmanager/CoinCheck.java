package io.powerpool.jobmanager;

import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.ConfigException;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a coin server agrees with us on who is paid, and on the chain's rules: no job is made
 * before. Belongs to one event loop.
 */
final class CoinCheck {

  private static final Logger log = LoggerFactory.getLogger(CoinCheck.class);

  private final Coin coin;
  private final CoinServers servers;
  private final Runnable onPassed;
  private boolean passed;
  private boolean asking;
  private String trouble = "";

  /**
   * @param onPassed told once, when a server has agreed
   */
  CoinCheck(Coin coin, CoinServers servers, Runnable onPassed) {
    this.coin = coin;
    this.servers = servers;
    this.onPassed = onPassed;
  }

  boolean passed() {
    return passed;
  }

  /** Why no server has agreed yet, as far as one was asked; empty if one has. */
  String trouble() {
    return trouble;
  }

  /** Asks unless a server has agreed, or is being asked, and tells the log what is new. */
  void again() {
    if (!passed) {
      String before = trouble;
      ask()
          .onComplete(
              done -> {
                if (!passed && !trouble.equals(before)) {
                  log.error("{} stays without work: {}", coin.currency(), trouble);
                }
              });
    }
  }

  /** Asks; fails with a {@link ConfigException} only, if a server does not agree. */
  Future<Void> ask() {
    if (servers.best().isEmpty() || asking) {
      return Future.succeededFuture();
    }
    asking = true;
    return PayoutCheck.check(coin, servers)
        .compose(agreed -> ChainCheck.check(coin, servers))
        .onComplete(done -> asking = false)
        .onSuccess(agreed -> pass())
        .recover(
            failure -> {
              trouble = String.valueOf(failure.getMessage());
              return failure instanceof ConfigException
                  ? Future.failedFuture(failure)
                  : Future.succeededFuture();
            });
  }

  private void pass() {
    trouble = "";
    if (!passed) {
      passed = true;
      onPassed.run();
    }
  }
}
