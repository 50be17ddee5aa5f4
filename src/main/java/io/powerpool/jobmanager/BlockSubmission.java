package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coinrpc.BlockPosition;
import io.powerpool.coinrpc.CoinRpc;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.share.BlockOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one block to every live server and makes one outcome of their answers. One acceptance is
 * enough; a refusal counts only when no live server is left that could accept. While no server can
 * be asked the block waits. Belongs to one event loop.
 */
final class BlockSubmission {

  /** Told of the outcome, and again if it becomes another. */
  @FunctionalInterface
  interface Listener {

    /** An outcome; {@code settled} if it will stay so. */
    void onOutcome(BlockOutcome outcome, String reason, boolean settled);
  }

  private static final int TRIES = 5;
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** After all tries failed at servers that are live none the less. */
  private static final Duration LONG_RETRY_DELAY = Duration.ofMinutes(1);

  /** How long a "we know it already" waits for another server's "this was the first". */
  private static final Duration DUPLICATE_PATIENCE = Duration.ofSeconds(2);

  /** Between two looks at a block that is valid but not on the best chain. */
  private static final Duration RECHECK_DELAY = Duration.ofSeconds(2);

  /** A block that is not on the best chain when that is so much higher has lost. */
  private static final int BURIED_BLOCKS = 3;

  private static final Logger log = LoggerFactory.getLogger(BlockSubmission.class);

  private final Vertx vertx;
  private final CoinServers servers;
  private final String title;
  private final Hash256 hash;
  private final Hash256 previous;
  private final int height;
  private final String hex;
  private final Listener listener;
  private final Map<CoinServer, Attempt> attempts = new HashMap<>();
  private boolean decided;
  private boolean longRetryPlanned;

  /** Where one server stands with the block. */
  private static final class Attempt {
    int tries;
    boolean underWay;
    boolean retryPlanned;

    /** Null until the server has said something that counts. */
    BlockOutcome answer;

    String reason = "";

    boolean mayTry() {
      return answer == null && !underWay && !retryPlanned && tries < TRIES;
    }
  }

  BlockSubmission(
      Vertx vertx, CoinServers servers, KeptBlock block, String hex, Listener listener) {
    this.vertx = vertx;
    this.servers = servers;
    this.title =
        block.report().coin() + " block " + block.report().height() + " " + block.report().hash();
    this.hash = block.report().hash();
    this.previous = block.previous();
    this.height = block.report().height();
    this.hex = hex;
    this.listener = listener;
  }

  /** Asks every live server that was not asked yet. */
  void start() {
    if (servers.live().isEmpty()) {
      log.warn("{} waits: no coin server is live", title);
    }
    attemptAll();
  }

  /** A server has come back: it is asked afresh unless it has answered already. */
  void onServerRecovered() {
    attempts.values().forEach(attempt -> attempt.tries = 0);
    attemptAll();
  }

  private void attemptAll() {
    if (!decided) {
      servers.live().forEach(this::attempt);
    }
  }

  private void attempt(CoinServer server) {
    Attempt attempt = attempts.computeIfAbsent(server, key -> new Attempt());
    if (!attempt.mayTry()) {
      return;
    }
    attempt.tries++;
    attempt.underWay = true;
    server
        .call(rpc -> rpc.submitBlock(hex))
        .compose(
            word -> {
              log.info("{}: {} says {}", title, server.name(), word.orElse("accepted"));
              return judge(server, SubmitAnswer.of(word), word.orElse(""));
            })
        .recover(
            failure -> {
              log.warn("{}: {} failed: {}", title, server.name(), failure.getMessage());
              return judge(server, SubmitAnswer.of(failure), failure.getMessage());
            })
        .onComplete(
            done -> {
              attempt.underWay = false;
              if (done.succeeded() && done.result().isPresent()) {
                Verdict verdict = done.result().get();
                attempt.answer = verdict.outcome();
                attempt.reason = verdict.reason();
              } else {
                planRetry(server, attempt);
              }
              decide();
            });
  }

  /** What a server's answer, and where needed a look at its chain, amounts to. */
  private record Verdict(BlockOutcome outcome, String reason) {}

  /** Empty if the server must be asked again. */
  private Future<Optional<Verdict>> judge(CoinServer server, SubmitAnswer answer, String words) {
    return switch (answer) {
      case ACCEPTED -> verdict(BlockOutcome.ACCEPTED, "");
      case STALE -> verdict(BlockOutcome.STALE, words);
      case REJECTED -> verdict(BlockOutcome.REJECTED, words);
      case UNREACHABLE -> Future.succeededFuture(Optional.empty());
      case KNOWN -> lookUp(server, BlockOutcome.DUPLICATE, BlockOutcome.INCONCLUSIVE, words);
      case UNDECIDED -> lookUp(server, BlockOutcome.ACCEPTED, BlockOutcome.INCONCLUSIVE, words);
      case UNEXPLAINED ->
          server
              .call(CoinRpc::bestBlockHash)
              .compose(
                  tip ->
                      verdict(
                          tip.equals(previous) ? BlockOutcome.REJECTED : BlockOutcome.STALE,
                          words));
      case FAILED -> afterFailure(server, words);
    };
  }

  private Future<Optional<Verdict>> afterFailure(CoinServer server, String words) {
    boolean last = attempts.get(server).tries >= TRIES;
    return server
        .call(rpc -> rpc.blockPosition(hash))
        .map(
            position ->
                Optional.of(
                    new Verdict(
                        position.onBestChain() ? BlockOutcome.DUPLICATE : BlockOutcome.INCONCLUSIVE,
                        words)))
        .recover(
            unknown ->
                Future.succeededFuture(
                    last
                        ? Optional.of(new Verdict(BlockOutcome.REJECTED, words))
                        : Optional.empty()));
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
    return Future.succeededFuture(Optional.of(new Verdict(outcome, reason)));
  }

  private void planRetry(CoinServer server, Attempt attempt) {
    if (decided || attempt.tries >= TRIES) {
      return;
    }
    attempt.retryPlanned = true;
    vertx.setTimer(
        RETRY_DELAY.toMillis(),
        fired -> {
          attempt.retryPlanned = false;
          // A server that is down is asked when it has recovered.
          if (!decided && server.live()) {
            attempt(server);
          } else {
            decide();
          }
        });
  }

  private void decide() {
    if (decided) {
      return;
    }
    if (find(BlockOutcome.ACCEPTED).isPresent()) {
      conclude(BlockOutcome.ACCEPTED);
    } else if (attempts.values().stream().anyMatch(attempt -> attempt.underWay)) {
      if (find(BlockOutcome.DUPLICATE).isPresent()) {
        vertx.setTimer(DUPLICATE_PATIENCE.toMillis(), fired -> concludeUnlessDecided());
      }
    } else if (find(BlockOutcome.DUPLICATE).isPresent()) {
      conclude(BlockOutcome.DUPLICATE);
    } else if (find(BlockOutcome.INCONCLUSIVE).isPresent()) {
      conclude(BlockOutcome.INCONCLUSIVE);
    } else if (attempts.values().stream().noneMatch(attempt -> attempt.retryPlanned)) {
      concludeRefused();
    }
  }

  private void concludeUnlessDecided() {
    if (!decided) {
      conclude(
          find(BlockOutcome.ACCEPTED).isPresent() ? BlockOutcome.ACCEPTED : BlockOutcome.DUPLICATE);
    }
  }

  /** Everybody who could be asked was asked, and nobody took the block. */
  private void concludeRefused() {
    if (find(BlockOutcome.REJECTED).isPresent()) {
      conclude(BlockOutcome.REJECTED);
    } else if (find(BlockOutcome.STALE).isPresent()) {
      conclude(BlockOutcome.STALE);
    } else if (!servers.live().isEmpty() && !longRetryPlanned) {
      longRetryPlanned = true;
      vertx.setTimer(
          LONG_RETRY_DELAY.toMillis(),
          fired -> {
            longRetryPlanned = false;
            onServerRecovered();
          });
    }
  }

  private Optional<Attempt> find(BlockOutcome outcome) {
    return attempts.values().stream().filter(attempt -> attempt.answer == outcome).findFirst();
  }

  private void conclude(BlockOutcome outcome) {
    decided = true;
    boolean settled = outcome != BlockOutcome.INCONCLUSIVE;
    if (!settled) {
      planRecheck();
    }
    String reason = find(outcome).map(attempt -> attempt.reason).orElse("");
    listener.onOutcome(outcome, reason, settled);
  }

  private void planRecheck() {
    vertx.setTimer(RECHECK_DELAY.toMillis(), fired -> recheck());
  }

  /** Whether the block that was valid but not the tip has become part of the best chain. */
  private void recheck() {
    servers
        .call(rpc -> rpc.blockPosition(hash))
        .map(BlockPosition::onBestChain)
        .recover(
            failure ->
                failure instanceof CoinRpcException refusal
                        && refusal.code() == CoinRpcException.NOT_FOUND
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(failure))
        .compose(
            best ->
                best
                    ? Future.succeededFuture(BlockOutcome.ACCEPTED)
                    : servers
                        .call(CoinRpc::blockCount)
                        .map(
                            tip ->
                                tip >= height + BURIED_BLOCKS
                                    ? BlockOutcome.STALE
                                    : BlockOutcome.INCONCLUSIVE))
        .onComplete(
            done -> {
              if (done.failed() || done.result() == BlockOutcome.INCONCLUSIVE) {
                planRecheck();
              } else {
                listener.onOutcome(
                    done.result(),
                    done.result() == BlockOutcome.STALE ? "another block was first" : "",
                    true);
              }
            });
  }
}
