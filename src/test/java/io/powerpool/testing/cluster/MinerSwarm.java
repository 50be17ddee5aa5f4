package io.powerpool.testing.cluster;

import io.powerpool.algorithm.Algorithm;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Many miners on one event loop, and a thread that hashes for them. They begin spread over the
 * nodes, and each goes to the next node when it has to. The methods may be called from any thread.
 */
public final class MinerSwarm implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final long CHECK_MILLIS = 200;
  private static final long PATIENCE_SECONDS = 10;

  /** Connections that are begun at once: a thousandth of a second is between two. */
  private static final int CONNECTS_PER_MILLI = 1;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final ShareBook book = new ShareBook();
  private final List<String> hosts;
  private final int port;
  private final String address;
  private final List<SwarmMiner> miners;
  private final ShareMaker maker;
  private int reconnects;

  /**
   * @param hosts the addresses of the nodes, all with this port for miners
   * @param address whom the pool is to pay
   */
  MinerSwarm(int count, List<String> hosts, int port, String address, Algorithm algorithm) {
    this.hosts = List.copyOf(hosts);
    this.port = port;
    this.address = address;
    miners =
        IntStream.range(0, count)
            .mapToObj(index -> new SwarmMiner(this, index, index % hosts.size()))
            .toList();
    maker = new ShareMaker(algorithm, miners, INTERVAL);
  }

  void start() {
    execute(
        () -> {
          for (SwarmMiner miner : miners) {
            vertx.setTimer(1 + miner.index() / CONNECTS_PER_MILLI, timer -> miner.connect());
          }
          vertx.setPeriodic(CHECK_MILLIS, timer -> check());
        });
    maker.start();
  }

  int size() {
    return miners.size();
  }

  /** How many have work at present. */
  int mining() {
    return (int) miners.stream().filter(SwarmMiner::isMining).count();
  }

  /** How many are at this node. */
  int miningAt(int node) {
    return call(
        () ->
            (int)
                miners.stream().filter(miner -> miner.isMining() && miner.node() == node).count());
  }

  /** No shares are sent until {@link #resume}; those under way are still answered. */
  void pause() {
    maker.pause();
  }

  void resume() {
    maker.resume();
  }

  /** Shares without an answer on connections that have not ended. */
  int unanswered() {
    return call(() -> miners.stream().mapToInt(SwarmMiner::unanswered).sum());
  }

  /** Has the next block found by a miner of this node. */
  void orderBlock(int node) {
    maker.orderBlock(at -> at == node);
  }

  /** Has the next block found by whoever does. */
  void orderBlock() {
    maker.orderBlock(at -> true);
  }

  /** Blocks that were ordered and are not found yet. */
  int ordered() {
    return maker.ordered();
  }

  ShareBook.Snapshot snapshot() {
    return call(book::snapshot);
  }

  /** How often miners were told to connect elsewhere. */
  int reconnects() {
    return call(() -> reconnects);
  }

  /** Of each miner, the longest time without a job that touches the time between, ascending. */
  long[] gaps(long fromNanos, long toNanos) {
    return ofEach(miner -> miner.arrivals().longestGap(fromNanos, toNanos));
  }

  /**
   * Of each miner, the time from a moment to the first job that is not of the term which most
   * miners worked for before it; ascending.
   */
  long[] untilOtherTerm(long fromNanos) {
    long[] before = ofEach(miner -> miner.arrivals().termBefore(fromNanos));
    long term = before[before.length / 2];
    return ofEach(miner -> miner.arrivals().untilOtherTerm(fromNanos, term));
  }

  @Override
  public void close() {
    maker.close();
    call(
        () -> {
          miners.forEach(SwarmMiner::stop);
          return null;
        });
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  // For the miners, on the event loop.

  Vertx vertx() {
    return vertx;
  }

  ShareBook book() {
    return book;
  }

  int nodes() {
    return hosts.size();
  }

  String host(int node) {
    return hosts.get(node);
  }

  int port() {
    return port;
  }

  String user(String worker) {
    return address + "." + worker;
  }

  void reconnectAsked() {
    reconnects++;
  }

  void execute(Runnable action) {
    context.runOnContext(nothing -> action.run());
  }

  private void check() {
    long nowNanos = System.nanoTime();
    miners.forEach(miner -> miner.check(nowNanos));
  }

  private long[] ofEach(ToLongFunction<SwarmMiner> figure) {
    return call(
        () -> {
          long[] figures = miners.stream().mapToLong(figure).toArray();
          Arrays.sort(figures);
          return figures;
        });
  }

  private <T> T call(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
