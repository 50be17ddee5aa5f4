package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.coinrpc.CoinRpc;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a coin for new work in two ways, and the first to notice wins: it asks for the tip at a
 * short interval, and leaves a long poll waiting at the preferred server. A template is fetched at
 * once for a new tip, and at a longer interval for new transactions. Belongs to one event loop.
 */
final class TemplatePoller {

  /** What is told of new work. */
  @FunctionalInterface
  interface Listener {

    /** Work; {@code newParent} if it builds on another block than the template before. */
    void onTemplate(BlockTemplate template, boolean newParent);
  }

  /** Between two tries after a failure, so that a sick server is not run over. */
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  /** Work of this age is made anew even if nothing but the time has changed. */
  private static final Duration OLDEST_WORK = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(TemplatePoller.class);

  private final Vertx vertx;
  private final String currency;
  private final CoinServers servers;
  private final TemplateRequest request;
  private final JobManagerOptions options;
  private final Listener listener;

  private long timer;
  private boolean stopped;
  private BlockTemplate current;
  private long currentSinceNanos;
  private boolean askingTip;
  private boolean fetching;
  private boolean fetchAgain;
  private long lastFetchNanos;
  private long noFetchBeforeNanos;
  private Hash256 wantedTip;
  private Hash256 strangeTip;
  private long strangeUntilNanos;
  private CoinServer longPollServer;
  private long noLongPollBeforeNanos;
  private String tipTrouble = "";
  private String templateTrouble = "no template yet";

  TemplatePoller(
      Vertx vertx,
      String currency,
      CoinServers servers,
      List<String> rules,
      JobManagerOptions options,
      Listener listener) {
    this.vertx = vertx;
    this.currency = currency;
    this.servers = servers;
    this.request = new TemplateRequest(rules, null);
    this.options = options;
    this.listener = listener;
  }

  void start() {
    long now = System.nanoTime();
    lastFetchNanos = now;
    noFetchBeforeNanos = now;
    noLongPollBeforeNanos = now;
    timer = vertx.setPeriodic(options.blockPoll().toMillis(), fired -> onTick());
    fetch();
  }

  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    endLongPoll();
  }

  /** Fetches a template now, whatever the intervals: a block was just accepted or announced. */
  void refresh() {
    fetch();
  }

  /** Why there is no fresh work; empty if all is well. */
  String trouble() {
    return templateTrouble.isEmpty() ? tipTrouble : templateTrouble;
  }

  private void onTick() {
    long now = System.nanoTime();
    askTip();
    if (now - lastFetchNanos >= options.jobRefresh().toNanos()) {
      fetchUnlessDelayed(now);
    }
    if (options.longPoll()) {
      superviseLongPoll(now);
    }
  }

  private void askTip() {
    if (askingTip) {
      return;
    }
    askingTip = true;
    servers
        .call(CoinRpc::bestBlockHash)
        .onComplete(done -> askingTip = false)
        .onSuccess(this::onTip)
        .onFailure(failure -> tipTrouble = words(failure));
  }

  private void onTip(Hash256 tip) {
    tipTrouble = "";
    long now = System.nanoTime();
    boolean known = current != null && tip.equals(current.previous());
    boolean strange = tip.equals(strangeTip) && now - strangeUntilNanos < 0;
    if (!known && !strange) {
      wantedTip = tip;
      fetchUnlessDelayed(now);
    }
  }

  private void fetchUnlessDelayed(long nowNanos) {
    if (nowNanos - noFetchBeforeNanos >= 0) {
      fetch();
    }
  }

  private void fetch() {
    if (stopped) {
      return;
    }
    if (fetching) {
      fetchAgain = true;
      return;
    }
    fetching = true;
    fetchAgain = false;
    lastFetchNanos = System.nanoTime();
    BlockTemplate before = current;
    servers
        .call(rpc -> rpc.blockTemplate(request))
        .onComplete(done -> fetching = false)
        .onSuccess(template -> onFetched(template, before))
        .onFailure(
            failure -> {
              noFetchBeforeNanos = System.nanoTime() + RETRY_DELAY.toNanos();
              say(words(failure));
            })
        .onComplete(
            done -> {
              if (fetchAgain && done.succeeded()) {
                fetch();
              }
            });
  }

  /** Takes a template; {@code before} is the one that was in force when it was asked for. */
  private void onFetched(BlockTemplate template, BlockTemplate before) {
    boolean overtaken =
        before != null
            && template.previous().equals(before.previous())
            && !current.previous().equals(before.previous());
    if (overtaken) {
      // The long poll has brought a new parent while this answer was under way.
      fetchAgain = true;
      return;
    }
    if (wantedTip != null && !template.previous().equals(wantedTip)) {
      // The tip that made us ask is not what the server builds on: do not ask at every poll.
      strangeTip = wantedTip;
      strangeUntilNanos = System.nanoTime() + RETRY_DELAY.toNanos();
    }
    wantedTip = null;
    accept(template);
  }

  private void accept(BlockTemplate template) {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    boolean newParent = current == null || !template.previous().equals(current.previous());
    boolean changed =
        newParent
            || now - currentSinceNanos >= OLDEST_WORK.toNanos()
            || !sameWork(current, template);
    if (!changed) {
      current = template;
      templateTrouble = "";
      return;
    }
    try {
      listener.onTemplate(template, newParent);
      // Not before: if no job came of it, the next template is still the first on its parent.
      current = template;
      currentSinceNanos = now;
      if (!templateTrouble.isEmpty()) {
        log.info("{}: work at height {}", currency, template.height());
      }
      templateTrouble = "";
    } catch (RuntimeException e) {
      noFetchBeforeNanos = now + RETRY_DELAY.toNanos();
      say(words(e));
    }
  }

  private static String words(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof CoinRpcException refusal) {
      if (refusal.code() == CoinRpcException.NOT_CONNECTED) {
        return "the server has no peers and gives no work (" + message + ")";
      } else if (refusal.code() == CoinRpcException.IN_INITIAL_DOWNLOAD) {
        return "the server is still catching up with the chain (" + message + ")";
      }
    }
    return message;
  }

  /** Notes why there is no template, and tells the log unless it was told the same before. */
  private void say(String message) {
    if (!message.equals(templateTrouble) && !stopped) {
      log.warn("{}: no new work, trying again: {}", currency, message);
    }
    templateTrouble = message;
  }

  private void superviseLongPoll(long nowNanos) {
    Optional<CoinServer> best = servers.best();
    if (longPollServer != null) {
      if (best.isPresent() && best.get() != longPollServer) {
        endLongPoll();
      }
      return;
    }
    if (best.isPresent()
        && current != null
        && current.longPollId() != null
        && nowNanos - noLongPollBeforeNanos >= 0) {
      startLongPoll(best.get(), nowNanos);
    }
  }

  private void startLongPoll(CoinServer server, long nowNanos) {
    longPollServer = server;
    // A server that answers at once, always, must not keep us busy.
    noLongPollBeforeNanos = nowNanos + RETRY_DELAY.toNanos();
    // Not through the server's health: that we end a poll ourselves says nothing about it.
    server
        .rpc()
        .awaitTemplate(request.after(current.longPollId()))
        .onComplete(
            done -> {
              if (longPollServer != server) {
                return;
              }
              longPollServer = null;
              if (done.succeeded()) {
                onLongPoll(server, done.result());
              }
            });
  }

  private void onLongPoll(CoinServer server, BlockTemplate template) {
    if (current == null || !template.previous().equals(current.previous())) {
      accept(template);
      if (current != null && template.previous().equals(current.previous())) {
        startLongPoll(server, System.nanoTime());
      }
    } else {
      accept(template);
    }
  }

  private void endLongPoll() {
    if (longPollServer != null) {
      CoinServer server = longPollServer;
      longPollServer = null;
      server.rpc().abandonAwait();
    }
  }

  /** Whether miners would gain nothing from a job made of the other template. */
  private static boolean sameWork(BlockTemplate one, BlockTemplate other) {
    return one.coinbaseValue() == other.coinbaseValue()
        && one.bits().equals(other.bits())
        && one.version() == other.version()
        && one.height() == other.height()
        && one.transactions().size() == other.transactions().size()
        && ids(one).equals(ids(other));
  }

  private static List<Hash256> ids(BlockTemplate template) {
    return template.transactions().stream().map(TemplateTransaction::id).toList();
  }
}
