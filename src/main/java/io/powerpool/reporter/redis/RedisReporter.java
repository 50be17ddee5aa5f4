package io.powerpool.reporter.redis;

import io.powerpool.cluster.JournalProgress;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.StoreId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps PowerPool's keys. Belongs to the event loop that starts it.
 *
 * <p>The position in each journal is a key too, moved by the script that applies the entries, so
 * each counts exactly once. The journal's sender is told that entries are stored when they are on
 * the server's disk; a server that has lost its memory is given again what it has lost.
 */
final class RedisReporter implements Reporter {

  private static final Logger log = LoggerFactory.getLogger(RedisReporter.class);

  private static final String SCRIPT = script();
  private static final int CONNECT_MILLIS = 5_000;
  private static final long ANSWER_MILLIS = 10_000;
  private static final long DISK_MILLIS = 1_000;
  private static final List<String> SETTINGS =
      List.of("save", "appendfsync", "no-appendfsync-on-rewrite");

  private final Vertx vertx;
  private final RedisReporterOptions options;
  private final RedisOptions clientOptions;
  private final String positionsKey;
  private final String asideKey;
  private final String storeKey;
  private final Map<String, JournalPlace> places = new HashMap<>();
  private final DiskWatch disk = new DiskWatch();
  private Redis redis;
  private long timer = -1;
  private boolean looking;
  private volatile String store = "";
  private volatile long putAside;
  private final LongAdder leftOut = new LongAdder();
  private volatile String diskTrouble = "";
  private volatile boolean savesSoon;

  /** Whether the server may be asked for its settings: not every one lets everybody. */
  private boolean settingsRefused;

  RedisReporter(Vertx vertx, RedisReporterOptions options) {
    this.vertx = vertx;
    this.options = options;
    this.positionsKey = "powerpool_positions_" + options.name();
    this.asideKey = "powerpool_put_aside_" + options.name();
    this.storeKey = "powerpool_store_" + options.name();
    this.clientOptions =
        new RedisOptions()
            .setConnectionString(options.url().toString())
            .setMaxPoolSize(1)
            .setMaxPoolWaiting(64)
            .setNetClientOptions(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
    options.password().ifPresent(secret -> clientOptions.setPassword(secret.value()));
  }

  private static String script() {
    try (InputStream in = RedisReporter.class.getResourceAsStream("store.lua")) {
      return new String(
          Objects.requireNonNull(in, "store.lua").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return options.name();
  }

  @Override
  public Future<Void> start() {
    redis = Redis.createClient(vertx, clientOptions);
    return identify(StoreId.create())
        .compose(named -> ask(Request.cmd(Command.LLEN).arg(asideKey)))
        .onSuccess(
            length -> {
              putAside = length.toLong();
              timer = vertx.setPeriodic(DISK_MILLIS, tick -> lookAtDisk());
              lookAtDisk();
            })
        .onFailure(error -> redis.close())
        .mapEmpty();
  }

  /** Gives the server a name as a store unless it has one. */
  private Future<Void> identify(String name) {
    return ask(Request.cmd(Command.SET).arg(storeKey).arg(name).arg("NX"))
        .compose(given -> ask(Request.cmd(Command.GET).arg(storeKey)))
        .onSuccess(found -> store = found.toString())
        .mapEmpty();
  }

  @Override
  public String store() {
    return store;
  }

  @Override
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    if (redis != null) {
      redis.close();
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<JournalProgress> position(String journalId) {
    return ask(Request.cmd(Command.HGET).arg(positionsKey).arg(journalId))
        .map(
            answer -> {
              long position = answer == null ? 0 : answer.toLong();
              JournalPlace before = places.get(journalId);
              JournalPlace place =
                  new JournalPlace(position, before == null ? 0 : before.durable(), millis());
              places.put(journalId, place);
              return place.progress();
            });
  }

  @Override
  public Future<JournalProgress> report(ShareBatch batch) {
    JournalPlace place = places.get(batch.journalId());
    if (place == null || place.lost()) {
      return Future.failedFuture("the position in journal " + batch.journalId() + " comes first");
    }
    place.touch(millis());
    if (batch.entries().isEmpty() || batch.end() <= place.position()) {
      return Future.succeededFuture(place.progress());
    }
    RedisBatch wanted =
        new RedisBatch(batch.node(), batch.entriesFrom(place.position()), options.poolReports());
    String before = Long.toString(place.position());
    String end = Long.toString(batch.end());
    Request call =
        Request.cmd(Command.EVAL)
            .arg(SCRIPT)
            .arg(2)
            .arg(positionsKey)
            .arg(asideKey)
            .arg(batch.journalId())
            .arg(before)
            .arg(end)
            .arg(wanted.operations().encode());
    return ask(call)
        .compose(
            answer -> {
              if (!answer.toString().equals(end)) {
                return Future.failedFuture(
                    "the server is at "
                        + answer
                        + " of journal "
                        + batch.journalId()
                        + ", not at "
                        + before);
              }
              leftOut.add(wanted.leftOut());
              place.onStored(batch.end(), millis());
              return Future.succeededFuture(place.progress());
            });
  }

  @Override
  public Future<String> flush(String journalId) {
    return Future.succeededFuture(
        savesSoon
            ? ""
            : "the server has it in memory, and on its disk after its next snapshot or when its"
                + " append-only file is next forced there");
  }

  @Override
  public JsonObject status() {
    String trouble = diskTrouble;
    if (trouble.isEmpty() && putAside > 0) {
      trouble = putAside + " operations failed and are put aside in the list " + asideKey;
    }
    if (trouble.isEmpty() && leftOut.sum() > 0) {
      trouble = leftOut.sum() + " entries make no sense and are left out";
    }
    return new JsonObject()
        .put("put_aside", putAside)
        .put("left_out", leftOut.sum())
        .put("trouble", trouble);
  }

  /** Finds out what of all that was stored would survive the server. */
  private void lookAtDisk() {
    if (looking) {
      return;
    }
    looking = true;
    long askedMillis = millis();
    places.values().removeIf(place -> place.isIdle(askedMillis));
    Map<String, JournalPlace> asked = new LinkedHashMap<>(places);
    List<Long> known = asked.values().stream().map(JournalPlace::position).toList();
    // A server that has lost even its name stays the one that it was.
    identify(store)
        .compose(named -> ask(Request.cmd(Command.TIME)))
        .compose(
            time -> {
              long serverMillis = time.get(0).toLong() * 1000 + time.get(1).toLong() / 1000;
              return settings()
                  .compose(
                      settings ->
                          // Whole: who answers and what is on his disk, in one word.
                          ask(Request.cmd(Command.INFO))
                              .map(
                                  info ->
                                      disk.look(
                                          info.toString(), settings, askedMillis, serverMillis)));
            })
        // Whoever has told of its disk must still have what it is about.
        .compose(found -> positions(asked.keySet()).map(now -> check(asked, known, now, found)))
        .compose(
            found -> {
              noteTrouble(found.trouble());
              savesSoon = found.savesSoon();
              return ask(Request.cmd(Command.LLEN).arg(asideKey));
            })
        .onSuccess(length -> putAside = length.toLong())
        .onFailure(error -> log.debug("reporter {}: {}", name(), error.toString()))
        .onComplete(looked -> looking = false);
  }

  /** Where the server is in these journals, in their order. */
  private Future<List<Long>> positions(Collection<String> journalIds) {
    if (journalIds.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Request request = Request.cmd(Command.HMGET).arg(positionsKey);
    journalIds.forEach(request::arg);
    return ask(request)
        .map(found -> found.stream().map(each -> each == null ? 0 : each.toLong()).toList());
  }

  /**
   * What the server tells of when it saves, by the names of its settings: not every one lets
   * everybody ask.
   */
  private Future<Map<String, String>> settings() {
    if (settingsRefused) {
      return Future.succeededFuture(Map.of());
    }
    Map<String, String> told = new HashMap<>();
    return settings("save", told)
        // A pattern: only since 7 may it be asked for several.
        .compose(done -> settings("*appendfsync*", told))
        .map(told)
        .recover(
            error -> {
              if (!(error.getCause() instanceof ErrorType)) {
                return Future.failedFuture(error);
              }
              settingsRefused = true;
              log.info(
                  "reporter {}: the server does not tell its settings ({}), so if it saves nothing"
                      + " that is told only after an hour, and an append-only file is not relied on"
                      + " before a minute",
                  name(),
                  error.getCause().getMessage());
              return Future.succeededFuture(Map.of());
            });
  }

  private Future<Void> settings(String pattern, Map<String, String> told) {
    return ask(Request.cmd(Command.CONFIG).arg("GET").arg(pattern))
        .onSuccess(
            found -> {
              for (String key : SETTINGS) {
                Response value = found == null ? null : found.get(key);
                if (value != null) {
                  told.put(key, value.toString());
                }
              }
            })
        .mapEmpty();
  }

  /**
   * A server that has less than it had was started again with an older memory. What is still there
   * is on disk as far as was found.
   */
  private Persistence check(
      Map<String, JournalPlace> asked, List<Long> known, List<Long> now, Persistence found) {
    int at = 0;
    for (Map.Entry<String, JournalPlace> each : asked.entrySet()) {
      long before = known.get(at);
      long position = now.get(at);
      at++;
      JournalPlace place = each.getValue();
      if (place.lost()) {
        continue;
      }
      if (position >= before) {
        found.durableMillis().ifPresent(place::onDurable);
      } else if (places.get(each.getKey()) == place) {
        place.onLost();
        log.warn(
            "reporter {}: the server has lost entries {} to {} of journal {}; they are sent again",
            name(),
            position,
            before - 1,
            each.getKey());
      }
    }
    return found;
  }

  /** By a clock that only goes on. */
  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private void noteTrouble(String trouble) {
    if (!trouble.isEmpty() && diskTrouble.isEmpty()) {
      log.error("reporter {}: {}", name(), trouble);
    }
    diskTrouble = trouble;
  }

  private Future<Response> ask(Request request) {
    Redis asked = redis;
    return asked
        .send(request)
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .recover(
            error -> {
              // A connection that owes an answer would keep all that follow waiting. Several
              // questions may fail with one connection: it is replaced once. Other servers may
              // stand
              // behind the address by now, so a refusal is reason enough (READONLY of one that was
              // master), but for that of settings, which not every server lets everybody see.
              boolean refused =
                  error instanceof ErrorType && request.command().equals(Command.CONFIG);
              if (redis == asked && !refused) {
                redis.close();
                redis = Redis.createClient(vertx, clientOptions);
              }
              return Future.failedFuture(
                  new IOException("redis " + options.url() + ": " + error.getMessage(), error));
            });
  }
}
