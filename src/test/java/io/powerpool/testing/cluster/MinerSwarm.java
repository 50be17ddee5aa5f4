package io.powerpool.testing.cluster;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.miner.PoolEvents;
import io.powerpool.miner.StratumClient;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Many miners on one event loop, and a thread that hashes for them. They begin spread over the
 * nodes, and each goes to the next node when it has to. The methods may be called from any thread.
 */
final class MinerSwarm implements AutoCloseable {

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
  private long checkedNanos;
  private long lagNanos;

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

  /**
   * Has miners that mine elsewhere go back to the node that they began at.
   *
   * @return whether all mine there
   */
  boolean goHome() {
    return call(
        () -> {
          miners.forEach(SwarmMiner::goHome);
          return miners.stream().allMatch(SwarmMiner::isHome);
        });
  }

  int size() {
    return miners.size();
  }

  /** How many have work at present. */
  int mining() {
    return (int) miners.stream().filter(SwarmMiner::isMining).count();
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

  /** The blocks on which those mine who have work. */
  Set<String> parents() {
    return call(
        () ->
            miners.stream()
                .map(SwarmMiner::work)
                .filter(Objects::nonNull)
                .map(work -> work.job().previousHash().toString())
                .collect(Collectors.toSet()));
  }

  /** Has the next block found by whoever does. */
  void orderBlock() {
    orderBlock(node -> true);
  }

  /** Has the next block found by a miner of such a node. */
  void orderBlock(IntPredicate node) {
    maker.orderBlock(node);
  }

  /** Blocks that were ordered and of which the pool has not said anything yet. */
  int ordered() {
    return maker.ordered();
  }

  /** What the pool at a node calls itself when it is asked. */
  String askVersion(int node) {
    return StratumClient.connect(vertx, host(node), port, new PoolEvents() {})
        .compose(
            client ->
                client
                    .call("client.get_version", new JsonArray())
                    .onComplete(answer -> client.close().onFailure(failure -> {})))
        .map(reply -> String.valueOf(reply.result()))
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  ShareBook.Snapshot snapshot() {
    return call(book::snapshot);
  }

  /** How often miners were told to connect elsewhere. */
  int reconnects() {
    return call(() -> reconnects);
  }

  /**
   * The longest time since the last call of this that the miners themselves were held up, for the
   * machine was busy: what they measure may be that much too long.
   */
  Duration takeLag() {
    return call(
        () -> {
          long lag = lagNanos;
          lagNanos = 0;
          return Duration.ofNanos(lag);
        });
  }

  /** From whom figures are taken: all miners but those that were at a node at a moment. */
  record Choice(long momentNanos, IntPredicate node) {}

  /** Of each miner, the longest time without a job that touches the time between; ascending. */
  long[] gaps(Choice choice, long fromNanos, long toNanos) {
    return ofEach(choice, miner -> miner.arrivals().longestGap(fromNanos, toNanos));
  }

  /**
   * Of each miner, the time from the choice's moment to the first job that is not of the term which
   * most of them worked for before it; ascending.
   */
  long[] untilOtherTerm(Choice choice) {
    long momentNanos = choice.momentNanos;
    long[] before = ofEach(choice, miner -> miner.arrivals().termBefore(momentNanos));
    long term = before[before.length / 2];
    return ofEach(choice, miner -> miner.arrivals().untilOtherTerm(momentNanos, term));
  }

  /** Of each miner, the time from the choice's moment to a job from another node; ascending. */
  long[] untilOtherNode(Choice choice) {
    return ofEach(
        choice,
        miner ->
            miner
                .arrivals()
                .untilOtherNode(
                    choice.momentNanos, miner.arrivals().nodeBefore(choice.momentNanos)));
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

  ShareMaker maker() {
    return maker;
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
    if (checkedNanos != 0) {
      long dueNanos = checkedNanos + TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS);
      lagNanos = Math.max(lagNanos, nowNanos - dueNanos);
    }
    checkedNanos = nowNanos;
    miners.forEach(miner -> miner.check(nowNanos));
  }

  private long[] ofEach(Choice choice, ToLongFunction<SwarmMiner> figure) {
    return call(
        () ->
            miners.stream()
                .filter(miner -> choice.node.test(miner.arrivals().nodeBefore(choice.momentNanos)))
                .mapToLong(figure)
                .sorted()
                .toArray());
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
