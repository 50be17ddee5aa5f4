package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coinrpc.BlockPosition;
import io.powerpool.coinrpc.CoinRpc;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.share.BlockOutcome;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** What coin servers' answers to one block amount to. */
final class ServerVerdicts {

  /**
   * What a server's answer, and where needed a look at its chain, amounts to.
   *
   * @param last false if the server may say something else later
   */
  record Verdict(BlockOutcome outcome, String reason, boolean last) {}

  private final Hash256 hash;
  private final Hash256 previous;
  private final int height;

  /**
   * @param hash of the block
   * @param previous its parent
   */
  ServerVerdicts(Hash256 hash, Hash256 previous, int height) {
    this.hash = hash;
    this.previous = previous;
    this.height = height;
  }

  /** What an answer amounts to; empty if the server could not be asked. */
  Future<Optional<Verdict>> on(CoinServer server, SubmitAnswer answer, String words) {
    return switch (answer) {
      case ACCEPTED -> verdict(BlockOutcome.ACCEPTED, "");
      case STALE -> unlessBehind(server, BlockOutcome.STALE, words);
      case REJECTED -> verdict(BlockOutcome.REJECTED, words);
      case UNREACHABLE -> Future.succeededFuture(Optional.empty());
      case KNOWN -> lookUp(server, BlockOutcome.DUPLICATE, BlockOutcome.INCONCLUSIVE, words);
      case UNDECIDED -> lookUp(server, BlockOutcome.ACCEPTED, BlockOutcome.INCONCLUSIVE, words);
      case UNEXPLAINED ->
          server
              .call(CoinRpc::bestBlockHash)
              .compose(
                  tip ->
                      tip.equals(previous)
                          ? verdict(BlockOutcome.REJECTED, words)
                          : unlessBehind(server, BlockOutcome.STALE, words));
      case DENIED ->
          unlessKnown(
              server,
              words,
              () ->
                  server
                      .call(CoinRpc::bestBlockHash)
                      .compose(
                          tip ->
                              verdict(
                                  tip.equals(previous) ? BlockOutcome.REJECTED : BlockOutcome.STALE,
                                  words)));
      case FORGOTTEN -> unlessKnown(server, words, () -> verdict(BlockOutcome.STALE, words));
      case FAILED -> afterFailure(server, words);
    };
  }

  /** A server whose chain has not passed the block yet may still come to take it. */
  private Future<Optional<Verdict>> unlessBehind(
      CoinServer server, BlockOutcome outcome, String words) {
    return server
        .call(CoinRpc::blockCount)
        .map(tip -> Optional.of(new Verdict(outcome, words, tip > height)));
  }

  private Future<Optional<Verdict>> afterFailure(CoinServer server, String words) {
    return position(server, words)
        .recover(unknown -> unlessBehind(server, BlockOutcome.REJECTED, words));
  }

  /** A node that has taken the block before, or got it from another, refuses the proof for it. */
  private Future<Optional<Verdict>> unlessKnown(
      CoinServer server, String words, Supplier<Future<Optional<Verdict>>> otherwise) {
    return position(server, words)
        .recover(
            failure ->
                failure instanceof CoinRpcException refusal && !refusal.serverIsDown()
                    ? otherwise.get()
                    : Future.failedFuture(failure));
  }

  /** The verdict on a block that the server has; fails if it does not have it. */
  private Future<Optional<Verdict>> position(CoinServer server, String words) {
    return server
        .call(rpc -> rpc.blockPosition(hash))
        .compose(
            position ->
                verdict(
                    position.onBestChain() ? BlockOutcome.DUPLICATE : BlockOutcome.INCONCLUSIVE,
                    words));
  }

  private Future<Optional<Verdict>> lookUp(
      CoinServer server, BlockOutcome onBestChain, BlockOutcome elsewhere, String words) {
    return server
        .call(rpc -> rpc.blockPosition(hash))
        .map(BlockPosition::onBestChain)
        .recover(
            failure ->
                failure instanceof CoinRpcException refusal && !refusal.serverIsDown()
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(failure))
        .compose(best -> verdict(best ? onBestChain : elsewhere, words));
  }

  private static Future<Optional<Verdict>> verdict(BlockOutcome outcome, String reason) {
    return Future.succeededFuture(Optional.of(new Verdict(outcome, reason, true)));
  }
}
