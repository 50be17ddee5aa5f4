package io.powerpool.stratum;

import io.powerpool.cluster.SessionNews;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.BlockId;
import io.powerpool.coin.Coin;
import io.powerpool.merged.MergedWork;
import io.powerpool.share.Worker;
import io.powerpool.statistics.HashrateMeter.Window;
import io.powerpool.stratum.v1.StratumV1Service;
import io.powerpool.stratum.v1.StratumV1Session;
import io.powerpool.work.Job;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts miners on one event loop, on all ports. Deployed once per core: the instances share the
 * ports and what is in {@link StratumNode}.
 */
public final class StratumVerticle extends AbstractVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(StratumVerticle.class);

  private static final long TICK_MILLIS = 1000;
  private static final long HASH_CHECK_MILLIS = 10;
  private static final Duration ASK_JOB_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TRANSACTIONS_TIMEOUT = Duration.ofSeconds(5);
  private static final int MOST_CLIENTS_LISTED = 10_000;

  /** One port on this event loop. */
  private record Listener(MinerPort port, PortGate gate, PortServer server) {}

  private final StratumNode node;
  private final int instance;
  private final Function<PortOptions, SlowHashing> slowHashing;
  private final Clocks clocks;
  private final String version;
  private final LineScratch scratch = new LineScratch();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private Topics topics;
  private boolean draining;

  /**
   * @param instance tells the instances of a node apart, from 0
   * @param slowHashing the hashing of slow proof-of-work functions for a port; called on the event
   *     loop
   * @param version of the pool, for miners who ask
   */
  public StratumVerticle(
      StratumNode node,
      int instance,
      Function<PortOptions, SlowHashing> slowHashing,
      Clocks clocks,
      String version) {
    this.node = node;
    this.instance = instance;
    this.slowHashing = slowHashing;
    this.clocks = clocks;
    this.version = version;
  }

  @Override
  public void start(Promise<Void> started) {
    topics = Topics.of(vertx);
    if (vertx.isClustered() && instance == 0) {
      subscriptions.add(topics.sessions().subscribe(this::onSessions));
    }
    List<Future<?>> listening = new ArrayList<>();
    for (PortOptions options : node.options().ports()) {
      listening.add(listen(options));
    }
    vertx.setPeriodic(TICK_MILLIS, timer -> onTick());
    Future.all(listening)
        .onSuccess(up -> listeners.forEach(this::publishStatus))
        .<Void>mapEmpty()
        .onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    List<Future<?>> ends = new ArrayList<>();
    subscriptions.forEach(subscription -> ends.add(subscription.cancel()));
    for (Listener listener : listeners) {
      for (StratumV1Session session : List.copyOf(listener.port.sessions())) {
        session.close(CloseReason.SHUTDOWN);
      }
      ends.add(listener.server.close());
    }
    Future.all(ends).onComplete(ended -> awaitHashes(stopped));
  }

  /**
   * Lets nobody in any more and sends the miners away, evenly over this time. On any thread.
   *
   * @return completed when nobody is left, or some seconds after the time
   */
  public Future<Void> drain(Duration time) {
    Promise<Void> drained = Promise.promise();
    context.runOnContext(
        turn -> {
          draining = true;
          listeners.forEach(listener -> listener.server.end());
          List<MinerPort> ports = listeners.stream().map(listener -> listener.port).toList();
          new Drain(vertx, clocks, ports, time, instance).start().onComplete(drained);
        });
    return drained.future();
  }

  /** Hashes that are still being computed may be blocks: their answers are waited for. */
  private void awaitHashes(Promise<Void> stopped) {
    if (listeners.stream().allMatch(listener -> listener.port.pendingHashes() == 0)) {
      stopped.complete();
    } else {
      vertx.setTimer(HASH_CHECK_MILLIS, timer -> awaitHashes(stopped));
    }
  }

  /** The port that a configured port really got; only of interest where 0 was configured. */
  public int actualPort(int index) {
    return listeners.get(index).server.actualPort();
  }

  private Future<?> listen(PortOptions options) {
    MinerPort port =
        new MinerPort(node, options, slowHashing.apply(options), clocks, this::nextTurn);
    StratumV1Service service = new StratumV1Service(port, version, this::transactions);
    PortGate gate = new PortGate(vertx, port, clocks);
    PortServer server =
        new PortServer(
            vertx,
            port,
            gate,
            socket -> new StratumConnection(socket, port, service, scratch)::onClose,
            instance == 0);
    Listener listener = new Listener(port, gate, server);
    listeners.add(listener);
    port.onHandOut((currency, handOut) -> topics.handOuts(currency).publish(handOut));
    if (vertx.isClustered()) {
      port.onSessions(news -> topics.sessions().publish(news));
    }
    subscriptions.add(topics.jobs(options.source()).subscribe(listener.gate::onJob));
    node.coins(options.source()).stream()
        .map(Coin::currency)
        .filter(currency -> !currency.equals(options.source()))
        .forEach(currency -> subscriptions.add(topics.jobs(currency).subscribe(port::onOtherJob)));
    subscriptions.add(
        topics.clients(clientsAddress(options)).serve(question -> clients(listener, question)));
    subscriptions.add(
        topics
            .isConnected(clientsAddress(options))
            .serve(question -> Future.succeededFuture(isConnected(listener, question))));
    askForJob(listener);
    return server.start();
  }

  /** A task that is due at once is looked at only after the sockets: tasks that wait are not. */
  @SuppressWarnings("FutureReturnValueIgnored") // the context tells what went wrong
  private void nextTurn(Runnable task) {
    ContextInternal loop = (ContextInternal) context;
    loop.nettyEventLoop()
        .schedule(() -> loop.dispatch(turn -> task.run()), 0, TimeUnit.NANOSECONDS);
  }

  private void onSessions(SessionNews news) {
    if (!news.node().equals(node.name())) {
      node.remoteSessions().onNews(news, clocks.nowNanos());
    }
  }

  /** A newcomer asks until there is a job, however it comes. */
  private void askForJob(Listener listener) {
    String source = listener.port.source();
    topics
        .currentJob(source)
        .ask(node.name(), ASK_JOB_TIMEOUT)
        .onSuccess(listener.gate::onJob)
        .onFailure(
            error -> {
              LOG.debug("no job for {} yet: {}", source, error.getMessage());
              vertx.setTimer(
                  TICK_MILLIS,
                  timer -> {
                    if (!listener.gate.hasJob()) {
                      askForJob(listener);
                    }
                  });
            });
  }

  private Future<JsonArray> transactions(Job job) {
    return topics.transactions(job.currency()).ask(job.templateId(), TRANSACTIONS_TIMEOUT);
  }

  private void onTick() {
    long nowNanos = clocks.nowNanos();
    if (instance == 0) {
      node.expireParked(nowNanos);
    }
    for (Listener listener : listeners) {
      listener.port.onTick();
      listener.server.onTick();
      publishStatus(listener);
    }
  }

  private void publishStatus(Listener listener) {
    topics
        .status()
        .publish(
            new StatusReport(
                node.name(),
                listener.port.options().component(),
                instance,
                "stratum",
                clocks.nowMillis(),
                status(listener)));
  }

  private JsonObject status(Listener listener) {
    long nowNanos = clocks.nowNanos();
    MinerPort port = listener.port;
    PortStatistics statistics = port.statistics();
    double hashesPerDifficulty = port.coins().first().hashesPerShare();
    double hps = statistics.hashrate().hps(Window.TEN_MINUTES, hashesPerDifficulty, nowNanos);
    Census census = port.census();
    JsonObject body =
        new JsonObject()
            .put("port", listener.server.actualPort())
            .put("address", port.options().host())
            .put("source", port.source())
            .put("currency", port.coin().currency())
            .put("algo", port.coin().algorithm().name())
            .put("hps", hps)
            .put("mhps", hps / 1e6)
            .put(
                "hps_1min", statistics.hashrate().hps(Window.MINUTE, hashesPerDifficulty, nowNanos))
            .put("hps_1hour", statistics.hashrate().hps(Window.HOUR, hashesPerDifficulty, nowNanos))
            .put("hashes_per_difficulty_one", hashesPerDifficulty)
            .put("client_count", port.sessions().size())
            .put("client_count_authed", census.authorized())
            .put("client_count_active", census.authorized() - census.idle())
            .put("client_count_idle", census.idle())
            .put("address_count", census.addresses())
            .put("address_worker_count", census.workers())
            .put("active_jobs", port.book().size() - port.book().staleJobs())
            .put("stale_jobs", port.book().staleJobs())
            .put("donations", statistics.donations())
            .put("closed", new JsonObject(new LinkedHashMap<>(statistics.closed())))
            .put("parked_sessions", instance == 0 ? node.sessions().parked() : 0)
            .put("remote_sessions", instance == 0 ? node.remoteSessions().size() : 0)
            .put("extranonce_prefix", port.prefix())
            .put("trouble", listener.server.trouble())
            .put("clients_address", clientsAddress(port.options()))
            .put("counters", new JsonArray(statistics.counters().toList(nowNanos)));
    if (draining) {
      body.put("draining", true);
    }
    Job flush = statistics.lastFlush();
    if (flush != null) {
      body.put(
          "last_flush_job",
          new JsonObject()
              .put("algo", flush.algorithm())
              .put("pow_block_hash", port.coins().of(flush).blockId() == BlockId.POW)
              .put("currency", flush.currency())
              .put("job_id", flush.idText())
              .put(
                  "merged_networks",
                  new JsonArray(flush.merged().stream().map(MergedWork::currency).toList()))
              .put("pushed_at", statistics.lastFlushMillis() / 1000.0));
    }
    return body;
  }

  private String clientsAddress(PortOptions options) {
    return "clients." + node.name() + "." + options.component() + "." + instance;
  }

  /** As of the last tick: who asks for a worker that has just come asks again. */
  private static boolean isConnected(Listener listener, JsonObject question) {
    return listener
        .port
        .census()
        .has(new Worker(question.getString("address", ""), question.getString("worker", "")));
  }

  /** The miners of one port on this event loop, all or those of one address. */
  private Future<JsonObject> clients(Listener listener, JsonObject question) {
    String user = question.getString("user");
    long nowNanos = clocks.nowNanos();
    long nowMillis = clocks.nowMillis();
    JsonArray clients = new JsonArray();
    int listed = 0;
    for (StratumV1Session session : listener.port.sessions()) {
      if (!session.isAuthorized() || (user != null && !user.equals(session.worker().address()))) {
        continue;
      }
      if (++listed > MOST_CLIENTS_LISTED) {
        break;
      }
      double idleSeconds = (nowNanos - session.lastShareNanos()) / 1e9;
      clients.add(
          new JsonObject()
              .put("id", session.publicId())
              .put("address", session.worker().address())
              .put("worker", session.worker().name())
              .put("type", session.userAgent())
              .put("difficulty", session.difficulty())
              .put("alltime_accepted_shares", session.acceptedShares())
              .put("last_share_submit", (nowMillis - idleSeconds * 1000) / 1000)
              .put("idle", idleSeconds > listener.port.options().idleThreshold().toSeconds())
              .put("ip_address", session.address())
              .put(
                  "connection_time",
                  (nowMillis - (nowNanos - session.connectedNanos()) / 1e6) / 1000));
    }
    return Future.succeededFuture(new JsonObject().put("clients", clients));
  }
}
