package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.powerpool.merged.AuxWork;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One coin server and its health: each call through {@link #call} tells something about it, and so
 * does a call that stays unanswered. Belongs to one event loop.
 */
public final class CoinServer {

  private static final Logger log = LoggerFactory.getLogger(CoinServer.class);

  /** What a server tells its owner; called on the event loop. */
  interface Listener {

    /** It was down, or new, and is live. */
    void onRecovered();

    /** Its tip has moved, or what may be expected of it has changed. */
    void onChange();
  }

  private final String name;
  private final int priority;
  private final CoinRpc rpc;
  private final Clock clock;
  private final LongSupplier nanos;
  private final long patienceNanos;
  private final Listener listener;

  private boolean closed;
  private boolean live;
  private boolean everTried;
  private double latencyMillis;
  private Tip tip;
  private boolean askingTip;
  private long tipAskedNanos;
  private int templatesAsked;
  private long templateAskedNanos;
  private String workFault = "";
  private long workFaultNanos;
  private String lastError = "";
  private long lastErrorMillis;
  private long sinceMillis;

  /**
   * @param patience how long it may owe an answer before it is {@link #slow}
   */
  CoinServer(
      String name,
      int priority,
      CoinRpc rpc,
      Clock clock,
      LongSupplier nanos,
      Duration patience,
      Listener listener) {
    this.name = name;
    this.priority = priority;
    this.rpc = rpc;
    this.clock = clock;
    this.nanos = nanos;
    this.patienceNanos = patience.toNanos();
    this.listener = listener;
    this.sinceMillis = clock.millis();
  }

  public String name() {
    return name;
  }

  public boolean live() {
    return live;
  }

  /** The end of its chain, as far as it has told; empty before it has. */
  public Optional<Tip> tip() {
    return Optional.ofNullable(tip);
  }

  /** Whether it gives no work that can be used, though it answers. */
  public boolean faulty() {
    return !workFault.isEmpty();
  }

  /** Whether it has owed an answer for too long. */
  public boolean slow() {
    long now = nanos.getAsLong();
    return (askingTip && now - tipAskedNanos > patienceNanos)
        || (templatesAsked > 0 && now - templateAskedNanos > patienceNanos);
  }

  /** Whether work is to be had from it now. */
  public boolean fit() {
    return live && !slow() && !faulty();
  }

  /** The server's methods, without any note of how the call went. */
  public CoinRpc rpc() {
    return rpc;
  }

  /**
   * Makes the call and learns from its outcome whether the server is live. A reply that cannot be
   * understood says nothing about that, except to a question for the tip: a server with an odd
   * template may take blocks all the same.
   */
  public <T> Future<T> call(Function<CoinRpc, Future<T>> call) {
    long startNanos = nanos.getAsLong();
    return call.apply(rpc)
        .onSuccess(
            result -> {
              latencyMillis = (nanos.getAsLong() - startNanos) / 1e6;
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
                latencyMillis = (nanos.getAsLong() - startNanos) / 1e6;
                toLive();
              }
            });
  }

  /**
   * Asks for work. A server that refuses it, or whose work cannot be understood, is {@link #faulty}
   * until its work was {@link #usable}.
   */
  public Future<BlockTemplate> template(TemplateRequest request) {
    return work(known -> known.blockTemplate(request)).onSuccess(this::onTemplate);
  }

  /** Asks for work for merged mining, in the same way. */
  public Future<AuxWork> auxWork(String address) {
    return work(known -> known.auxWork(address))
        .onSuccess(
            work -> {
              if (work.height() > 0) {
                toTip(new Tip(work.previous(), work.height() - 1));
              }
            });
  }

  private <T> Future<T> work(Function<CoinRpc, Future<T>> question) {
    if (templatesAsked++ == 0) {
      templateAskedNanos = nanos.getAsLong();
    }
    return call(question)
        .onComplete(done -> templatesAsked--)
        .onFailure(failure -> unusable(String.valueOf(failure.getMessage())));
  }

  /** Its work was of use: it is not {@link #faulty} any more. */
  public void usable() {
    if (!workFault.isEmpty()) {
      log.info("coin server {} gives work again", name);
      workFault = "";
      listener.onChange();
    }
  }

  /** A template of this server has come, by whatever way: it tells the tip as well. */
  public void onTemplate(BlockTemplate template) {
    toTip(new Tip(template.previous(), template.height() - 1));
  }

  /**
   * Its work cannot be used, for this reason: others are preferred until it gives some that can.
   */
  public void unusable(String fault) {
    if (closed) {
      return;
    }
    if (live && !fault.equals(workFault)) {
      log.warn("coin server {} gives no work that can be used: {}", name, fault);
    }
    lastError = fault;
    lastErrorMillis = clock.millis();
    workFault = fault;
    workFaultNanos = nanos.getAsLong();
    listener.onChange();
  }

  /** Whether it has not been asked for its tip for so long. */
  boolean restedFor(Duration interval) {
    return nanos.getAsLong() - tipAskedNanos >= interval.toNanos();
  }

  /** Whether it is time to see if it gives work again. */
  boolean toBeTried(Duration interval) {
    return live
        && faulty()
        && templatesAsked == 0
        && nanos.getAsLong() - workFaultNanos >= interval.toNanos();
  }

  /**
   * Asks for the tip: tells whether the server is there, and where. One question at a time: while
   * one is under way, nothing is asked and the future fails.
   */
  Future<Void> askTip() {
    return askTip(id -> {});
  }

  /**
   * As {@link #askTip()}.
   *
   * @param asker is told the tip's id as soon as it is known, whether it has changed or not
   */
  Future<Void> askTip(Consumer<Hash256> asker) {
    if (askingTip) {
      return Future.failedFuture("asked already");
    }
    askingTip = true;
    tipAskedNanos = nanos.getAsLong();
    return call(CoinRpc::bestBlockHash)
        .compose(
            id -> {
              asker.accept(id);
              return tip != null && tip.id().equals(id) ? Future.succeededFuture() : askHeight(id);
            })
        .onComplete(done -> askingTip = false)
        .onFailure(
            failure -> {
              if (!closed
                  && failure instanceof CoinRpcException refusal
                  && refusal.kind() == Kind.MALFORMED) {
                toDown();
              }
            })
        .mapEmpty();
  }

  /** Old nodes do not tell of a header; then the number of blocks is as good, but for a race. */
  private Future<Void> askHeight(Hash256 id) {
    return call(known -> known.blockPosition(id))
        .map(BlockPosition::height)
        .recover(unknown -> call(CoinRpc::blockCount))
        .map(
            height -> {
              toTip(new Tip(id, height));
              return null;
            });
  }

  /** Breaks all connections; how calls under way end says nothing about the server any more. */
  Future<Void> close() {
    closed = true;
    live = false;
    return rpc.close();
  }

  /**
   * @param state as compared with the other servers
   */
  CoinServerStatus status(ServerState state) {
    return new CoinServerStatus(
        name,
        priority,
        state,
        latencyMillis,
        tip == null ? -1 : tip.height(),
        lastError,
        lastErrorMillis,
        sinceMillis);
  }

  private void toTip(Tip next) {
    if (!next.equals(tip) && !closed) {
      tip = next;
      listener.onChange();
    }
  }

  private void toLive() {
    if (!live && !closed) {
      live = true;
      sinceMillis = clock.millis();
      log.info("coin server {} is {}live", name, everTried ? "again " : "");
      everTried = true;
      listener.onRecovered();
    }
  }

  private void toDown() {
    boolean was = live;
    if (live || !everTried) {
      sinceMillis = clock.millis();
      log.warn("coin server {} is down: {}", name, lastError);
    }
    live = false;
    everTried = true;
    if (was) {
      listener.onChange();
    }
  }
}
