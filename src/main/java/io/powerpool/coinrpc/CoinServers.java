package io.powerpool.coinrpc;

import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The servers of one coin. Ordinary calls go to the live one of the highest priority and, if it
 * fails, to the next. All are asked for their height at an interval, so a dead one is found and
 * taken back when it has recovered. Belongs to one event loop.
 */
public final class CoinServers {

  private final Vertx vertx;
  private final Duration pingInterval;
  private final List<CoinServer> servers = new ArrayList<>();
  private final List<Runnable> recoveryListeners = new ArrayList<>();
  private final List<CoinServer> pinging = new ArrayList<>();
  private long timer;

  /**
   * @param pingInterval between two questions for the height to the same server
   */
  public CoinServers(
      Vertx vertx, List<CoinServerOptions> options, Duration pingInterval, Clock clock) {
    this.vertx = vertx;
    this.pingInterval = pingInterval;
    options.stream()
        .sorted(Comparator.comparingInt(CoinServerOptions::priority).reversed())
        .forEach(
            server ->
                servers.add(
                    new CoinServer(
                        server.name(),
                        server.priority(),
                        new HttpCoinRpc(vertx, server),
                        clock,
                        () -> List.copyOf(recoveryListeners).forEach(Runnable::run))));
  }

  /** Asks every server once and goes on asking; succeeds when each has answered or failed. */
  public Future<Void> start() {
    timer = vertx.setPeriodic(pingInterval.toMillis(), fired -> servers.forEach(this::ping));
    return Future.join(servers.stream().map(CoinServer::ping).toList())
        .mapEmpty()
        .recover(noneLive -> Future.succeededFuture())
        .mapEmpty();
  }

  /** Breaks all connections. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return Future.join(servers.stream().map(CoinServer::close).toList()).mapEmpty();
  }

  /** To be told whenever a server that was down is live. */
  public void onRecovery(Runnable listener) {
    recoveryListeners.add(listener);
  }

  /** The live server that is preferred. */
  public Optional<CoinServer> best() {
    return servers.stream().filter(CoinServer::live).findFirst();
  }

  /** All servers, the preferred one first. */
  public List<CoinServer> all() {
    return List.copyOf(servers);
  }

  /** The live servers, the preferred one first. */
  public List<CoinServer> live() {
    return servers.stream().filter(CoinServer::live).toList();
  }

  /**
   * Makes a call to the best server and, if that fails for whatever reason, to the next.
   *
   * @return fails with the last server's {@link CoinRpcException}
   */
  public <T> Future<T> call(Function<CoinRpc, Future<T>> call) {
    return callFrom(live(), 0, call);
  }

  /** The height of the highest tip that any server has told of, -1 if none has. */
  public int highestTip() {
    return status().stream().mapToInt(CoinServerStatus::height).max().orElse(-1);
  }

  /** What is known of each server, the preferred one first. */
  public List<CoinServerStatus> status() {
    return servers.stream().map(CoinServer::status).toList();
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

  private String noneLive() {
    return "no coin server is live: "
        + servers.stream()
            .map(server -> server.name() + " (" + server.status().lastError() + ")")
            .collect(Collectors.joining(", "));
  }

  /** A server that hangs is not asked again before its last question has timed out. */
  private void ping(CoinServer server) {
    if (!pinging.contains(server)) {
      pinging.add(server);
      server.ping().onComplete(done -> pinging.remove(server));
    }
  }
}
