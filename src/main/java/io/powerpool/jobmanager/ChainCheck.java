package io.powerpool.jobmanager;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.Coin;
import io.powerpool.coin.HeaderCheck;
import io.powerpool.coin.HeaderCheck.Work;
import io.powerpool.coinrpc.CoinRpc;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.ConfigException;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes the newest headers of a coin's chain as its definition says. With the wrong proof-of-work
 * function, or the wrong hash as a block's id, shares would look right and no block would ever be
 * found again; published tables of these facts disagree.
 */
final class ChainCheck {

  /** So many headers back, for chains whose blocks do not all prove work by our function. */
  private static final int MOST_HEADERS = 32;

  private static final Logger log = LoggerFactory.getLogger(ChainCheck.class);

  private final Coin coin;
  private final CoinServers servers;
  private int seen;
  private int missed;

  private ChainCheck(Coin coin, CoinServers servers) {
    this.coin = coin;
    this.servers = servers;
  }

  /**
   * Fails with a {@link ConfigException} if the chain disagrees, with a {@link CoinRpcException} if
   * no server could be asked. A server that cannot tell a header is believed.
   */
  static Future<Void> check(Coin coin, CoinServers servers) {
    return servers
        .call(CoinRpc::bestBlockHash)
        .compose(tip -> new ChainCheck(coin, servers).checkFrom(tip));
  }

  private Future<Void> checkFrom(Hash256 id) {
    return servers
        .call(rpc -> rpc.header(id))
        .map(header -> judge(header, id))
        .recover(this::withoutHeader)
        .compose(parent -> parent.equals(Hash256.ZERO) ? conclude() : checkFrom(parent));
  }

  /** The header to look at next; zeros for none. */
  private Hash256 judge(byte[] header, Hash256 id) {
    if (seen++ == 0) {
      String fault = HeaderCheck.idFault(coin, header, id);
      if (!fault.isEmpty()) {
        throw new ConfigException("coins." + coin.currency() + ": " + fault);
      }
    }
    Hash256 parent = BlockHeader.read(header, 0).previous();
    if (parent.equals(Hash256.ZERO)) {
      // Not all coins did work for their first block.
      return Hash256.ZERO;
    }
    Work work = HeaderCheck.work(coin, header);
    if (work == Work.PROVEN) {
      log.info("{}: block {} proves work by {}", coin.currency(), id, coin.algorithm().name());
      missed = 0;
      return Hash256.ZERO;
    }
    missed += work == Work.MISSED ? 1 : 0;
    return seen == MOST_HEADERS ? Hash256.ZERO : parent;
  }

  private Future<Hash256> withoutHeader(Throwable failure) {
    if (failure instanceof CoinRpcException refusal
        && (refusal.kind() == Kind.RPC || refusal.kind() == Kind.MALFORMED)) {
      log.warn(
          "{}: algorithm {} and block_id cannot be compared with the chain: {}",
          coin.currency(),
          coin.algorithm().name(),
          failure.getMessage());
      return Future.succeededFuture(Hash256.ZERO);
    }
    return Future.failedFuture(failure);
  }

  private Future<Void> conclude() {
    return missed == 0
        ? Future.succeededFuture()
        : Future.failedFuture(
            new ConfigException(
                String.format(
                    "coins.%s: algorithm is %s, but none of the last %d headers of the chain meets"
                        + " its bits with it",
                    coin.currency(), coin.algorithm().name(), seen)));
  }
}
