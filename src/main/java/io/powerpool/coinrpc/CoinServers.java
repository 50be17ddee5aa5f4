package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The servers of one coin. Work comes from the one that {@link #best} prefers; other calls go there
 * too and, if it fails, to the next. All live ones are asked for their tip at a short interval, so
 * one that hangs or is left behind is found at once; those that are down or give no work are tried
 * at a longer one. Belongs to one event loop.
 */
public final class CoinServers {

  private final Vertx vertx;
  private final Intervals intervals;
  private final List<CoinServer> servers = new ArrayList<>();
  private final List<Runnable> recoveryListeners = new ArrayList<>();
  private final List<Runnable> changeListeners = new ArrayList<>();
  private final Map<String, BlockSubscription> subscriptions = new LinkedHashMap<>();
  private final List<BlockListener> pollListeners = new ArrayList<>();
  private final List<BlockListener> announcementListeners = new ArrayList<>();
  private Hash256 parent;
  private long timer;

  /** What is told of a server's newest block. */
  @FunctionalInterface
  public interface BlockListener {

    /**
     * A server has this block as its tip.
     *
     * @param nanos when that was heard, as {@link System#nanoTime}
     */
    void onTip(Hash256 block, long nanos);
  }

  /**
   * How often servers are asked.
   *
   * @param tip between two questions to a live server for its tip
   * @param retry between two tries of a server that is down or gives no work
   * @param patience how long a server may owe an answer before another is preferred
   */
  public record Intervals(Duration tip, Duration retry, Duration patience) {}

  public CoinServers(
      Vertx vertx, List<CoinServerOptions> options, Intervals intervals, Clock clock) {
    this(
        vertx,
        options,
        intervals,
        clock,
        System::nanoTime,
        server -> new HttpCoinRpc(vertx, server));
  }

  CoinServers(
      Vertx vertx,
      List<CoinServerOptions> options,
      Intervals intervals,
      Clock clock,
      LongSupplier nanos,
      Function<CoinServerOptions, CoinRpc> connector) {
    this.vertx = vertx;
    this.intervals = intervals;
    CoinServer.Listener listener =
        new CoinServer.Listener() {
          @Override
          public void onRecovered() {
            List.copyOf(recoveryListeners).forEach(Runnable::run);
          }

          @Override
          public void onChange() {
            List.copyOf(changeListeners).forEach(Runnable::run);
          }
        };
    options.stream()
        .sorted(Comparator.comparingInt(CoinServerOptions::priority).reversed())
        .forEach(
            server ->
                servers.add(
                    new CoinServer(
                        server.name(),
                        server.priority(),
                        connector.apply(server),
                        clock,
                        nanos,
                        intervals.patience(),
                        listener)));
    Context context = vertx.getOrCreateContext();
    for (CoinServerOptions server : options) {
      server
          .zmq()
          .ifPresent(
              endpoint ->
                  subscriptions.put(
                      server.name(),
                      new BlockSubscription(
                          endpoint,
                          (block, heardNanos) ->
                              context.runOnContext(
                                  turn -> tell(announcementListeners, block, heardNanos)))));
    }
  }

  /** Asks every server once and goes on asking; succeeds when each has answered or failed. */
  public Future<Void> start() {
    subscriptions.values().forEach(BlockSubscription::start);
    timer = vertx.setPeriodic(intervals.tip().toMillis(), fired -> onTick());
    return Future.join(servers.stream().map(CoinServer::askTip).toList())
        .mapEmpty()
        .recover(noneLive -> Future.succeededFuture())
        .mapEmpty();
  }

  /** Breaks all connections. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return Future.join(servers.stream().map(CoinServer::close).toList())
        .transform(
            closed ->
                vertx.<Void>executeBlocking(
                    () -> {
                      subscriptions.values().forEach(BlockSubscription::close);
                      return null;
                    }));
  }

  /** To be told of the tip whenever a server has been asked for it because it was time to. */
  public void onPoll(BlockListener listener) {
    pollListeners.add(listener);
  }

  /** To be told whenever a server publishes a new block by itself. */
  public void onAnnouncement(BlockListener listener) {
    announcementListeners.add(listener);
  }

  /** Whether any server is to publish its new blocks. */
  public boolean haveAnnouncements() {
    return !subscriptions.isEmpty();
  }

  /** What was heard of the blocks that the server of this name publishes, if it does. */
  public Optional<JsonObject> announcements(String server) {
    return Optional.ofNullable(subscriptions.get(server))
        .map(
            subscription ->
                new JsonObject()
                    .put("endpoint", subscription.endpoint())
                    .put("heard", subscription.status().heard())
                    .put("lost", subscription.status().lost())
                    .put("odd", subscription.status().odd())
                    .put("last", subscription.status().lastMillis() / 1000));
  }

  /** To be told whenever a server that was down is live. */
  public void onRecovery(Runnable listener) {
    recoveryListeners.add(listener);
  }

  /** To be told whenever another server may be {@link #best}, or has another tip. */
  public void onChange(Runnable listener) {
    changeListeners.add(listener);
  }

  /** The block that miners build on now. */
  public void workingOn(Hash256 block) {
    parent = block;
  }

  /** Asks all live servers for their tips now: something has told that there is a new block. */
  public void askTips() {
    servers.stream().filter(CoinServer::live).forEach(CoinServer::askTip);
  }

  /** Servers that give no work, although they answer, and are to be asked for some again. */
  public List<CoinServer> toBeTried() {
    return servers.stream().filter(server -> server.toBeTried(intervals.retry())).toList();
  }

  /**
   * The server to get work from. Of those that answer in time and give work, the one with the
   * longest chain; at the same height, the one whose tip most servers have, then the one whose tip
   * miners work on already, then the one with the highest priority. Where all have failings, the
   * live one with the least.
   */
  public Optional<CoinServer> best() {
    List<CoinServer> fit = servers.stream().filter(CoinServer::fit).toList();
    if (fit.isEmpty()) {
      return servers.stream()
          .filter(CoinServer::live)
          .min(Comparator.comparing(server -> server.faulty() ? 1 : 0));
    }
    int highest = fit.stream().mapToInt(CoinServers::height).max().getAsInt();
    List<CoinServer> ahead = fit.stream().filter(server -> height(server) == highest).toList();
    Map<Optional<Tip>, Long> votes =
        ahead.stream().collect(Collectors.groupingBy(CoinServer::tip, Collectors.counting()));
    long most = Collections.max(votes.values());
    List<CoinServer> agreed =
        ahead.stream().filter(server -> votes.get(server.tip()) == most).toList();
    return agreed.stream()
        .filter(server -> server.tip().filter(tip -> tip.id().equals(parent)).isPresent())
        .findFirst()
        .or(() -> agreed.stream().findFirst());
  }

  /** All servers, those with the highest priority first. */
  public List<CoinServer> all() {
    return List.copyOf(servers);
  }

  /** The live servers, those with the highest priority first. */
  public List<CoinServer> live() {
    return servers.stream().filter(CoinServer::live).toList();
  }

  /**
   * Makes a call to the best server and, if that fails for whatever reason, to the next.
   *
   * @return fails with the last server's {@link CoinRpcException}
   */
  public <T> Future<T> call(Function<CoinRpc, Future<T>> call) {
    List<CoinServer> candidates = new ArrayList<>(live());
    best()
        .ifPresent(
            first -> {
              candidates.remove(first);
              candidates.add(0, first);
            });
    return callFrom(candidates, 0, call);
  }

  /** The height of the highest tip that any server has told of, -1 if none has. */
  public int highestTip() {
    return servers.stream().mapToInt(CoinServers::height).max().orElse(-1);
  }

  /** What is known of each server, those with the highest priority first. */
  public List<CoinServerStatus> status() {
    Optional<CoinServer> best = best();
    return servers.stream().map(server -> server.status(state(server, best))).toList();
  }

  /** Why there is none to call. */
  public String noneLive() {
    return "no coin server is live: "
        + servers.stream()
            .map(server -> server.name() + " (" + server.status(ServerState.DOWN).lastError() + ")")
            .collect(Collectors.joining(", "));
  }

  private ServerState state(CoinServer server, Optional<CoinServer> best) {
    if (!server.live()) {
      return ServerState.DOWN;
    } else if (server.faulty()) {
      return ServerState.FAULTY;
    } else if (server.slow()) {
      return ServerState.SLOW;
    } else if (best.isEmpty() || server.tip().equals(best.get().tip())) {
      return ServerState.LIVE;
    }
    return height(server) < height(best.get()) ? ServerState.BEHIND : ServerState.FORKED;
  }

  private static int height(CoinServer server) {
    return server.tip().map(Tip::height).orElse(-1);
  }

  private <T> Future<T> callFrom(
      List<CoinServer> candidates, int index, Function<CoinRpc, Future<T>> call) {
    if (candidates.isEmpty()) {
      return Future.failedFuture(CoinRpcException.of(Kind.CONNECTION, noneLive()));
    }
    Future<T> outcome = candidates.get(index).call(call);
    return index + 1 == candidates.size()
        ? outcome
        : outcome.recover(failure -> callFrom(candidates, index + 1, call));
  }

  private static void tell(List<BlockListener> listeners, Hash256 block, long nanos) {
    List.copyOf(listeners).forEach(listener -> listener.onTip(block, nanos));
  }

  private void onTick() {
    for (CoinServer server : servers) {
      if (server.live() || server.restedFor(intervals.retry())) {
        server.askTip(id -> tell(pollListeners, id, System.nanoTime()));
      }
    }
  }
}
