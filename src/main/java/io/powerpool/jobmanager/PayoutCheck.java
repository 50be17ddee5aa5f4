package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.Coin;
import io.powerpool.coin.Payout;
import io.powerpool.coinrpc.AddressCheck;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.ConfigException;
import io.vertx.core.Future;

/**
 * Asks a coin server whether it reads our payout addresses as we do: an address that is right for
 * another coin or network may look right to us, and money sent there is lost.
 */
final class PayoutCheck {

  private PayoutCheck() {}

  /**
   * Fails with a {@link ConfigException} if a server disagrees, with a {@link
   * io.powerpool.coinrpc.CoinRpcException} if none could be asked.
   */
  static Future<Void> check(Coin coin, CoinServers servers) {
    return Future.all(coin.payouts().stream().map(payout -> check(coin, payout, servers)).toList())
        .mapEmpty();
  }

  private static Future<Void> check(Coin coin, Payout payout, CoinServers servers) {
    return servers
        .call(rpc -> rpc.validateAddress(payout.address()))
        .compose(
            answer -> {
              String fault = fault(answer, payout);
              return fault.isEmpty()
                  ? Future.succeededFuture()
                  : Future.failedFuture(
                      new ConfigException(
                          "coins."
                              + coin.currency()
                              + ": payout address '"
                              + payout.address()
                              + "' "
                              + fault));
            });
  }

  private static String fault(AddressCheck answer, Payout payout) {
    if (!answer.valid()) {
      return "is not valid in the eyes of the coin server: wrong network?";
    }
    String ours = Hex.encode(payout.script());
    return answer
        .scriptHex()
        .filter(theirs -> !theirs.equalsIgnoreCase(ours))
        .map(theirs -> "stands for script " + theirs + " at the coin server and " + ours + " here")
        .orElse("");
  }
}
