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
 * Brings one block to every configured server and makes one outcome of their answers. One
 * acceptance is enough. A refusal counts only when no server is left that could still take the
 * block: one that lags behind, fails, or is away is asked again until the chain has moved on. A
 * block that was taken is watched until it is buried. Belongs to one event loop.
 */
final class BlockSubmission {

  /** Told of the outcome, and again if it becomes another. */
  @FunctionalInterface
  interface Listener {

    /** An outcome; {@code settled} if it will stay so. */
    void onOutcome(BlockOutcome outcome, String reason, boolean settled);
  }

  /** Tries at a short interval before a server is given more rest. */
  private static final int QUICK_TRIES = 5;

  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** After that many tries at a server that answers, but not for good. */
  private static final Duration LATER_RETRY_DELAY = Duration.ofSeconds(2);

  /** After that many tries at a server that does not answer though it is live. */
  private static final Duration LONG_RETRY_DELAY = Duration.ofMinutes(1);

  /** After this time refusals count even if some server could not be asked. */
  private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(30);

  /** How long a "we know it already" waits for another server's "this was the first". */
  private static final Duration DUPLICATE_PATIENCE = Duration.ofSeconds(2);

  /** Between two looks at a block that is valid but not on the best chain. */
  private static final Duration RECHECK_DELAY = Duration.ofSeconds(2);

  /** Between two looks at a block that was taken. */
  private static final Duration WATCH_DELAY = Duration.ofSeconds(10);

  /** A block that no server can tell of is watched no longer than this. */
  private static final int WATCHED_BLOCKS = 100;

  /** A block that is not on the best chain when that is so much higher has lost. */
  private static final int BURIED_BLOCKS = 3;

  private static final Logger log = LoggerFactory.getLogger(BlockSubmission.class);

  private final Vertx vertx;
  private final CoinServers servers;
  private final String title;
  private final Hash256 hash;
  private final int height;
  private final String hex;
  private final ServerVerdicts verdicts;
  private final HandOver handOver;
  private final Listener listener;
  private final Map<CoinServer, Attempt> attempts = new HashMap<>();
  private final long startNanos = System.nanoTime();
  private State state = State.OPEN;
  private long reviewTimer;

  private enum State {
    OPEN,
    /** The listener has been told that the block is valid, and waits for more. */
    INCONCLUSIVE,
    SETTLED
  }

  /** Where one server stands with the block. */
  private static final class Attempt {
    int tries;
    boolean underWay;
    boolean retryPlanned;
    long retryTimer;

    /** Null until the server has said something that counts. */
    ServerVerdicts.Verdict verdict;

    String lastWords = "";
  }

  BlockSubmission(
      Vertx vertx,
      CoinServers servers,
      KeptBlock block,
      String hex,
      HandOver handOver,
      Listener listener) {
    this.vertx = vertx;
    this.servers = servers;
    this.title =
        block.report().coin() + " block " + block.report().height() + " " + block.report().hash();
    this.hash = block.report().hash();
    this.height = block.report().height();
    this.verdicts = new ServerVerdicts(hash, block.previous(), height);
    this.hex = hex;
    this.handOver = handOver;
    this.listener = listener;
  }

  /** Asks every server, also those that are thought to be down: that may be wrong or over. */
  void start() {
    if (servers.live().isEmpty()) {
      log.warn("{}: no coin server is live", title);
    }
    reviewTimer = vertx.setPeriodic(RECHECK_DELAY.toMillis(), fired -> decide());
    servers.all().forEach(server -> attempts.put(server, new Attempt()));
    servers.all().forEach(this::attempt);
  }

  /** A server has come back: it is asked afresh unless it has answered already. */
  void onServerRecovered() {
    if (state == State.SETTLED) {
      return;
    }
    attempts.values().forEach(attempt -> attempt.tries = 0);
    servers.live().forEach(this::attempt);
  }

  private void attempt(CoinServer server) {
    Attempt attempt = attempts.get(server);
    if (state == State.SETTLED || attempt.underWay || answered(attempt)) {
      return;
    }
    if (attempt.retryPlanned) {
      vertx.cancelTimer(attempt.retryTimer);
      attempt.retryPlanned = false;
    }
    attempt.tries++;
    attempt.underWay = true;
    server
        .call(rpc -> handOver.submit(rpc, hash, hex))
        .compose(
            said -> {
              tell(server, attempt, "says " + (said.words().isEmpty() ? "accepted" : said.words()));
              return verdicts.on(server, said.answer(), said.words());
            })
        .recover(
            failure -> {
              tell(server, attempt, "failed: " + failure.getMessage());
              return verdicts.on(server, handOver.meaning(failure), failure.getMessage());
            })
        .onComplete(
            done -> {
              attempt.underWay = false;
              if (done.succeeded() && done.result().isPresent()) {
                attempt.verdict = done.result().get();
              }
              if (!answered(attempt)) {
                boolean reached = done.succeeded() && done.result().isPresent();
                planRetry(server, attempt, reached);
              }
              decide();
            });
  }

  /** The log is not told the same thing at every try. */
  private void tell(CoinServer server, Attempt attempt, String words) {
    if (!words.equals(attempt.lastWords)) {
      log.info("{}: {} {}", title, server.name(), words);
      attempt.lastWords = words;
    }
  }

  private static boolean answered(Attempt attempt) {
    return attempt.verdict != null && attempt.verdict.last();
  }

  /** A server that is down is asked when it has recovered. */
  private void planRetry(CoinServer server, Attempt attempt, boolean reached) {
    if (state == State.SETTLED || !server.live()) {
      return;
    }
    Duration later = reached ? LATER_RETRY_DELAY : LONG_RETRY_DELAY;
    Duration delay = attempt.tries < QUICK_TRIES ? RETRY_DELAY : later;
    attempt.retryPlanned = true;
    attempt.retryTimer =
        vertx.setTimer(
            delay.toMillis(),
            fired -> {
              attempt.retryPlanned = false;
              if (server.live()) {
                attempt(server);
              }
            });
  }

  private void decide() {
    if (state == State.SETTLED) {
      return;
    }
    boolean underWay = attempts.values().stream().anyMatch(attempt -> attempt.underWay);
    if (find(BlockOutcome.ACCEPTED).isPresent()) {
      settle(BlockOutcome.ACCEPTED);
    } else if (find(BlockOutcome.DUPLICATE).isPresent()) {
      if (underWay && state == State.OPEN) {
        vertx.setTimer(DUPLICATE_PATIENCE.toMillis(), fired -> settleAsKnown());
      } else {
        settle(BlockOutcome.DUPLICATE);
      }
    } else if (state == State.OPEN && !underWay) {
      if (find(BlockOutcome.INCONCLUSIVE).isPresent()) {
        state = State.INCONCLUSIVE;
        planRecheck();
        tellListener(BlockOutcome.INCONCLUSIVE, false);
      } else if (refusedForGood()) {
        settle(
            find(BlockOutcome.REJECTED).isPresent() ? BlockOutcome.REJECTED : BlockOutcome.STALE);
      }
    }
  }

  private void settleAsKnown() {
    if (state != State.SETTLED) {
      settle(
          find(BlockOutcome.ACCEPTED).isPresent() ? BlockOutcome.ACCEPTED : BlockOutcome.DUPLICATE);
    }
  }

  /** Whether nobody has taken the block and nobody will. */
  private boolean refusedForGood() {
    if (servers.all().stream().allMatch(server -> answered(attempts.get(server)))) {
      return true;
    }
    boolean late =
        servers.highestTip() >= height + BURIED_BLOCKS
            || System.nanoTime() - startNanos >= GIVE_UP_AFTER.toNanos();
    return late && attempts.values().stream().anyMatch(attempt -> attempt.verdict != null);
  }

  private Optional<ServerVerdicts.Verdict> find(BlockOutcome outcome) {
    return attempts.values().stream()
        .map(attempt -> attempt.verdict)
        .filter(verdict -> verdict != null && verdict.outcome() == outcome)
        .findFirst();
  }

  private void settle(BlockOutcome outcome) {
    close();
    boolean taken = outcome == BlockOutcome.ACCEPTED || outcome == BlockOutcome.DUPLICATE;
    tellListener(outcome, !taken);
    if (taken) {
      planWatch(outcome);
    }
  }

  private void close() {
    state = State.SETTLED;
    vertx.cancelTimer(reviewTimer);
  }

  private void tellListener(BlockOutcome outcome, boolean settled) {
    listener.onOutcome(
        outcome, find(outcome).map(ServerVerdicts.Verdict::reason).orElse(""), settled);
  }

  private void planRecheck() {
    vertx.setTimer(RECHECK_DELAY.toMillis(), fired -> recheck());
  }

  /** Whether the block that was valid but not the tip has become part of the best chain. */
  private void recheck() {
    if (state == State.SETTLED) {
      return;
    }
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
              } else if (state != State.SETTLED) {
                close();
                boolean lost = done.result() == BlockOutcome.STALE;
                listener.onOutcome(done.result(), lost ? "another block was first" : "", lost);
                if (!lost) {
                  planWatch(done.result());
                }
              }
            });
  }

  private void planWatch(BlockOutcome outcome) {
    vertx.setTimer(WATCH_DELAY.toMillis(), fired -> watch(outcome));
  }

  /** Sees whether a block that was taken loses its place to another branch after all. */
  private void watch(BlockOutcome outcome) {
    Optional<CoinServer> best = servers.best();
    if (best.isEmpty()) {
      planWatch(outcome);
      return;
    }
    best.get()
        .rpc()
        .blockPosition(hash)
        .onComplete(
            done -> {
              boolean found = done.succeeded();
              boolean buried = servers.highestTip() >= height + BURIED_BLOCKS;
              if (found && buried && !done.result().onBestChain()) {
                log.error("{} ORPHANED: taken at first, but another branch has won", title);
                listener.onOutcome(
                    BlockOutcome.STALE, "taken at first, but another branch has won", true);
              } else if ((found && buried) || servers.highestTip() >= height + WATCHED_BLOCKS) {
                listener.onOutcome(outcome, "", true);
              } else {
                planWatch(outcome);
              }
            });
  }
}
