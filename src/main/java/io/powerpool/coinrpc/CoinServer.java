package io.powerpool.coinrpc;

import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One coin server and its health: each call through {@link #call} tells something about it. */
public final class CoinServer {

  private static final Logger log = LoggerFactory.getLogger(CoinServer.class);

  private final String name;
  private final int priority;
  private final CoinRpc rpc;
  private final Clock clock;
  private final Runnable onRecovered;

  private boolean closed;
  private boolean live;
  private boolean everTried;
  private double latencyMillis;
  private int height = -1;
  private String lastError = "";
  private long lastErrorMillis;
  private long sinceMillis;

  CoinServer(String name, int priority, CoinRpc rpc, Clock clock, Runnable onRecovered) {
    this.name = name;
    this.priority = priority;
    this.rpc = rpc;
    this.clock = clock;
    this.onRecovered = onRecovered;
    this.sinceMillis = clock.millis();
  }

  public String name() {
    return name;
  }

  public boolean live() {
    return live;
  }

  /** The server's methods, without any note of how the call went. */
  public CoinRpc rpc() {
    return rpc;
  }

  /**
   * Makes the call and learns from its outcome whether the server is live. A reply that cannot be
   * understood says nothing about that, except to a ping: a server with an odd template may take
   * blocks all the same.
   */
  public <T> Future<T> call(Function<CoinRpc, Future<T>> call) {
    long startNanos = System.nanoTime();
    return call.apply(rpc)
        .onSuccess(
            result -> {
              latencyMillis = (System.nanoTime() - startNanos) / 1e6;
              toLive();
            })
        .onFailure(
            failure -> {
              if (closed) {
                return;
              }
              lastError = String.valueOf(failure.getMessage());
              lastErrorMillis = clock.millis();
              if (failure instanceof CoinRpcException refusal && refusal.serverIsDown()) {
                if (refusal.kind() != Kind.MALFORMED) {
                  toDown();
                }
              } else {
                latencyMillis = (System.nanoTime() - startNanos) / 1e6;
                toLive();
              }
            });
  }

  /** Asks for the height: tells whether the server is there, and where. */
  Future<Integer> ping() {
    return call(CoinRpc::blockCount)
        .onSuccess(count -> height = count)
        .onFailure(
            failure -> {
              if (!closed
                  && failure instanceof CoinRpcException refusal
                  && refusal.kind() == Kind.MALFORMED) {
                toDown();
              }
            });
  }

  /** Breaks all connections; how calls under way end says nothing about the server any more. */
  Future<Void> close() {
    closed = true;
    live = false;
    return rpc.close();
  }

  CoinServerStatus status() {
    return new CoinServerStatus(
        name, priority, live, latencyMillis, height, lastError, lastErrorMillis, sinceMillis);
  }

  private void toLive() {
    if (!live && !closed) {
      live = true;
      sinceMillis = clock.millis();
      log.info("coin server {} is {}live", name, everTried ? "again " : "");
      everTried = true;
      onRecovered.run();
    }
  }

  private void toDown() {
    if (live || !everTried) {
      sinceMillis = clock.millis();
      log.warn("coin server {} is down: {}", name, lastError);
    }
    live = false;
    everTried = true;
  }
}
