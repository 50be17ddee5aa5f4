package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coinrpc.CoinRpcException;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.coinrpc.Tip;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a coin for new work in several ways, and the first to notice wins: the tips of all
 * servers are asked for at a short interval, a long poll is left waiting at the preferred one, and
 * others may tell of a block with {@link #onSignal}. A template is fetched at once for a new tip,
 * and at a longer interval for new transactions; from the server that {@link CoinServers} prefers
 * at that moment, and from another if it does not come. Belongs to one event loop.
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

  /**
   * How long work stays in force that only a server which is gone could have known of: its block is
   * on the way to the others, as a rule for a second or two, and what is found on the block before
   * it meanwhile is worthless.
   */
  private static final Duration OTHERS_FOLLOW = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(TemplatePoller.class);

  /** A question for a template that is under way. */
  private static final class Fetch {
    private final CoinServer server;
    private final BlockTemplate before;

    private Fetch(CoinServer server, BlockTemplate before) {
      this.server = server;
      this.before = before;
    }
  }

  private final Vertx vertx;
  private final String currency;
  private final CoinServers servers;
  private final TemplateRequest request;
  private final JobManagerOptions options;
  private final BlockNews news;
  private final Listener listener;
  private final WorkTrial trial;
  private final LongPoll longPoll;

  private long timer;
  private boolean started;
  private boolean stopped;
  private BlockTemplate current;
  private CoinServer source;
  private long currentSinceNanos;
  private Fetch fetch;
  private boolean fetchAgain;

  /** The block for which to fetch again, unless work on it has come by then; empty for any. */
  private Optional<Hash256> awaited = Optional.empty();

  private long lastFetchNanos;
  private CoinServer restingServer;
  private long restingUntilNanos;
  private Hash256 strangeTip;
  private long strangeUntilNanos;
  private boolean lagging;
  private long laggingSinceNanos;
  private String templateTrouble = "no template yet";

  /**
   * @param listener may throw if no job can be made of a template: then its server is left
   * @param trial makes a job that nobody gets, and throws likewise
   */
  TemplatePoller(
      Vertx vertx,
      String currency,
      CoinServers servers,
      TemplateRequest request,
      JobManagerOptions options,
      BlockNews news,
      Listener listener,
      Consumer<BlockTemplate> trial) {
    this.vertx = vertx;
    this.currency = currency;
    this.servers = servers;
    this.request = request;
    this.options = options;
    this.news = news;
    this.listener = listener;
    this.trial = new WorkTrial(request, trial);
    this.longPoll = new LongPoll(request, RETRY_DELAY, this::onLongPoll);
  }

  void start() {
    started = true;
    lastFetchNanos = System.nanoTime();
    timer = vertx.setPeriodic(options.intervals().tip().toMillis(), fired -> onTick());
    refresh();
  }

  /**
   * The template that miners work on already, of a leader before: it is not gone back behind, but
   * what comes first is new work in any case. Before the start.
   */
  void inherit(BlockTemplate template) {
    current = template;
    currentSinceNanos = System.nanoTime() - OLDEST_WORK.toNanos();
  }

  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    longPoll.end();
  }

  /** Fetches a template now, whatever the intervals: a block was just accepted or announced. */
  void refresh() {
    refresh(Optional.empty());
  }

  private void refresh(Optional<Hash256> block) {
    if (stopped) {
      return;
    }
    servers.askTips();
    if (fetch != null) {
      awaited = fetchAgain && !awaited.equals(block) ? Optional.empty() : block;
      fetchAgain = true;
    } else {
      servers.best().ifPresent(this::fetchFrom);
    }
  }

  /**
   * Something tells of a new block.
   *
   * @param block empty if it did not say which
   * @param nanos when it was heard
   */
  void onSignal(Way way, Optional<Hash256> block, long nanos) {
    if (!started || stopped) {
      return;
    }
    boolean known = news.heard(way, block, nanos);
    if (!known) {
      refresh(block);
    } else if (block.isEmpty()) {
      // Most likely about the block that we have just heard of: a tip is asked for more cheaply.
      servers.askTips();
    }
  }

  /** Why there is no fresh work; empty if all is well. */
  String trouble() {
    return servers.best().isEmpty() ? servers.noneLive() : templateTrouble;
  }

  private void onTick() {
    decide();
    // The preferred one is asked above.
    Optional<CoinServer> best = servers.best();
    // One that gave no usable work is believed again when a job could be made of what it gives.
    servers.toBeTried().stream().filter(server -> server != best.orElse(null)).forEach(trial::of);
    if (options.longPoll()) {
      longPoll.supervise(servers.best(), current, System.nanoTime());
    }
  }

  /** A server has come or gone, or has another tip. */
  void onChange() {
    if (started && !stopped) {
      decide();
    }
  }

  /** Fetches if there is a reason to; a fetch from a server that is no longer preferred is left. */
  private void decide() {
    Optional<CoinServer> best = servers.best();
    if (best.isEmpty()) {
      return;
    }
    CoinServer server = best.get();
    long now = System.nanoTime();
    if (fetch != null) {
      if (fetch.server == server || fetch.server.fit()) {
        return;
      }
      log.debug("{}: {} owes a template, asking {}", currency, fetch.server.name(), server.name());
      fetch = null;
      fetchFrom(server);
      return;
    }
    if (server == restingServer && now - restingUntilNanos < 0) {
      return;
    }
    if (isNews(server.tip(), now)
        || now - lastFetchNanos >= options.jobRefresh().toNanos()
        || servers.toBeTried().contains(server)) {
      fetchFrom(server);
    }
  }

  private boolean isNews(Optional<Tip> tip, long now) {
    if (tip.isEmpty() || current == null) {
      return true;
    }
    Hash256 id = tip.get().id();
    boolean strange = id.equals(strangeTip) && now - strangeUntilNanos < 0;
    return !id.equals(current.previous()) && !strange;
  }

  private void fetchFrom(CoinServer server) {
    Fetch mine = new Fetch(server, current);
    Optional<Tip> tipBefore = server.tip();
    fetch = mine;
    fetchAgain = false;
    lastFetchNanos = System.nanoTime();
    server
        .template(request)
        .onComplete(
            done -> {
              boolean left = fetch != mine;
              if (!left) {
                fetch = null;
              }
              if (stopped) {
                return;
              }
              if (done.failed()) {
                if (!left) {
                  onFailure(server, CoinRpcException.words(done.cause()));
                }
              } else if (!left || isHigher(done.result())) {
                onFetched(server, done.result(), mine.before, tipBefore);
              }
              if (fetchAgain && !hasAwaited() && fetch == null && done.succeeded()) {
                servers.best().ifPresent(this::fetchFrom);
              }
            });
  }

  /** Whether the one block for which there was to be another fetch is worked on already. */
  private boolean hasAwaited() {
    return current != null && awaited.filter(current.previous()::equals).isPresent();
  }

  /** The next best is asked at once, the same one again only after a rest. */
  private void onFailure(CoinServer server, String words) {
    say(words);
    rest(server);
    decide();
  }

  private void rest(CoinServer server) {
    restingServer = server;
    restingUntilNanos = System.nanoTime() + RETRY_DELAY.toNanos();
  }

  private boolean isHigher(BlockTemplate template) {
    return current == null || template.height() > current.height();
  }

  /** Takes a template; {@code before} is the one that was in force when it was asked for. */
  private void onFetched(
      CoinServer server, BlockTemplate template, BlockTemplate before, Optional<Tip> tipBefore) {
    if (isOvertaken(template, before)) {
      // Another answer has brought a new parent while this one was under way.
      fetchAgain = true;
      awaited = Optional.empty();
      return;
    }
    if (tipBefore.isPresent() && !template.previous().equals(tipBefore.get().id())) {
      // The tip that made us ask is not what the server builds on: do not ask at every poll.
      doNotAskFor(tipBefore.get().id());
    }
    accept(server, template);
    if (options.longPoll()) {
      longPoll.supervise(servers.best(), current, System.nanoTime());
    }
  }

  /** Whether another answer has brought a new parent since {@code before} was in force. */
  private boolean isOvertaken(BlockTemplate template, BlockTemplate before) {
    return before != null
        && template.previous().equals(before.previous())
        && !current.previous().equals(before.previous());
  }

  private void doNotAskFor(Hash256 tip) {
    strangeTip = tip;
    strangeUntilNanos = System.nanoTime() + RETRY_DELAY.toNanos();
  }

  /**
   * Whether the template would take miners back to a block that another server has seen built on.
   */
  private boolean turnsBack(CoinServer server, BlockTemplate template, long now) {
    if (current == null || server == source || template.height() >= current.height()) {
      lagging = false;
      return false;
    }
    if (!lagging) {
      lagging = true;
      laggingSinceNanos = now;
      log.info(
          "{}: {} is at height {}, miners stay at {} for now",
          currency,
          server.name(),
          template.height(),
          current.height());
    }
    return now - laggingSinceNanos < OTHERS_FOLLOW.toNanos();
  }

  private void accept(CoinServer server, BlockTemplate template) {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    if (turnsBack(server, template, now)) {
      doNotAskFor(template.previous());
      return;
    }
    source = server;
    boolean newParent = current == null || !template.previous().equals(current.previous());
    boolean changed =
        newParent
            || now - currentSinceNanos >= OLDEST_WORK.toNanos()
            || !template.isSameWorkAs(current);
    if (!changed) {
      current = template;
      templateTrouble = "";
      server.usable();
      return;
    }
    try {
      listener.onTemplate(template, newParent);
      // Not before: if no job came of it, the next template is still the first on its parent.
      current = template;
      currentSinceNanos = now;
      lagging = false;
      server.usable();
      if (!templateTrouble.isEmpty()) {
        log.info("{}: work at height {}", currency, template.height());
      }
      templateTrouble = "";
    } catch (RuntimeException e) {
      // Before others are told, who would ask it again at once.
      rest(server);
      say(String.valueOf(e.getMessage()));
      server.unusable(server.name() + ": " + e.getMessage());
    }
  }

  /** Notes why there is no template, and tells the log unless it was told the same before. */
  private void say(String message) {
    if (!message.equals(templateTrouble) && !stopped) {
      log.warn("{}: no new work, trying again: {}", currency, message);
    }
    templateTrouble = message;
  }

  private void onLongPoll(CoinServer server, BlockTemplate template, BlockTemplate before) {
    if (isOvertaken(template, before)) {
      return;
    }
    server.onTemplate(template);
    news.heard(Way.LONG_POLL, Optional.of(template.previous()), System.nanoTime());
    if (current == null || !template.previous().equals(current.previous())) {
      accept(server, template);
      if (current != null && template.previous().equals(current.previous())) {
        longPoll.start(server, current, System.nanoTime());
      }
    } else {
      accept(server, template);
    }
  }
}
