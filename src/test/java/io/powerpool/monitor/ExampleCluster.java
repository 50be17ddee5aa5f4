package io.powerpool.monitor;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * A made-up cluster for the monitor: two nodes with two stratum instances each, a job manager with
 * its standby, journals, a ledger. Run {@link #main} to look at the page with it.
 */
final class ExampleCluster {
  /** What a miner might call a worker in the hope that somebody prints it. */
  static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&";

  private final Topics topics;
  private double load = 1;

  ExampleCluster(Vertx vertx) {
    topics = Topics.of(vertx);
  }

  /** Serves the example at a port: the first argument, else PowerPool's own. */
  public static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : MonitorOptions.DEFAULT_PORT;
    Vertx vertx = Vertx.vertx();
    ExampleCluster cluster = new ExampleCluster(vertx);
    cluster.serveLedger();
    cluster.serveClients();
    vertx.deployVerticle(
        new MonitorVerticle(
            new MonitorOptions("Example pool", "127.0.0.1", port, Duration.ofMinutes(2))));
    vertx.setPeriodic(1000, timer -> cluster.publishAll());
  }

  void publishAll() {
    long now = System.currentTimeMillis();
    load = 1 + 0.25 * Math.sin(now / 60_000.0) + 0.05 * Math.sin(now / 4_000.0);
    for (String node : List.of("north", "south")) {
      for (int instance = 0; instance < 2; instance++) {
        publish(node, "stratum_3333", instance, "stratum", stratum(3333, node, instance));
      }
      publish(
          node,
          "journal",
          0,
          "journal",
          new JsonObject().put("failing", "").put("pending_count", 21));
    }
    publish("north", "stratum_3334", 0, "stratum", stratum(3334, "north", 0));
    publish("north", "LTC", 0, "jobmanager", jobManager(true, now));
    publish("south", "LTC", 0, "jobmanager", jobManager(false, now));
    publish("north", "DOGE", 0, "auxmanager", auxiliary("DOGE", 5_500_000, 1_000_000_000_000L, ""));
    publish(
        "north",
        "BELLS",
        0,
        "auxmanager",
        auxiliary("BELLS", 0, 0, "no coin server is live: 10.0.0.9:19918 (connection refused)"));
    publish(
        "north",
        "ledger",
        0,
        "reporter",
        new JsonObject().put("queue_size", 42).put("lag_seconds", 0.2));
  }

  void publish(String node, String component, int instance, String type, JsonObject body) {
    topics
        .status()
        .publish(
            new StatusReport(node, component, instance, type, System.currentTimeMillis(), body));
  }

  /** A chain that is mined together with the coin, or left out because of some trouble. */
  private static JsonObject auxiliary(String currency, int height, long subsidy, String trouble) {
    boolean well = trouble.isEmpty();
    JsonObject net = new JsonObject();
    if (well) {
      net.put("difficulty", 21_500_000.0).put("height", height).put("subsidy", subsidy);
    }
    return new JsonObject()
        .put("currency", currency)
        .put("main", "LTC")
        .put("current_net", net)
        .put(
            "block_stats",
            new JsonObject().put("solves", well ? 3 : 0).put("accepts", well ? 3 : 0))
        .put("stale", !well)
        .put("left_out", !well)
        .put("live_coinservers", well ? 1 : 0)
        .put("down_coinservers", well ? 0 : 1)
        .put("trouble", trouble)
        .put(
            "coinservers",
            new JsonObject()
                .put(
                    "10.0.0.9:" + (well ? 22_555 : 19_918),
                    new JsonObject()
                        .put("status", well ? "live" : "down")
                        .put("height", height)
                        .put("last_rtt", well ? 0.004 : 0)
                        .put("last_error", well ? "" : "connection refused")));
  }

  JsonObject stratum(int port, String node, int instance) {
    return new JsonObject()
        .put("port", port)
        .put("currency", "LTC")
        .put("algo", "scrypt")
        .put("hashes_per_difficulty_one", 65_536.0)
        .put("hps", 395e9)
        .put("hps_1min", 410e9 * load)
        .put("mhps", 395e3)
        .put("client_count", 1200)
        .put("client_count_authed", 1190)
        .put("address_count", 300)
        .put("address_worker_count", 1100)
        .put("active_jobs", 6)
        .put("last_flush_job", new JsonObject().put("currency", "LTC").put("algo", "scrypt"))
        .put("clients_address", clientsAddress(port, node, instance))
        .put(
            "counters",
            new JsonArray()
                .add(counter("acc_share_count", 9000, 4000))
                .add(counter("reject_low_share_count", 40, 4))
                .add(counter("reject_dup_share_count", 3, 0))
                .add(counter("reject_stale_share_count", 170, 60)));
  }

  JsonObject jobManager(boolean leader, long nowMillis) {
    return new JsonObject()
        .put("leader", leader)
        .put("currency", "LTC")
        .put("algorithm", "scrypt")
        .put("template_age", nowMillis / 1000.0 % 15)
        .put("live_coinservers", 1)
        .put("down_coinservers", 1)
        .put(
            "net_state",
            new JsonObject()
                .put("height", 2_817_204)
                .put("difficulty", 31_640_221.7)
                .put("transactions", 812)
                .put("subsidy", 625_412_337L))
        .put(
            "signals",
            new JsonObject()
                .put("poll", heardBy(0, 412, 96.2, 0))
                .put("zmq", heardBy(391, 405, 0.9, 4.1))
                .put("long_poll", heardBy(21, 412, 2.6, 5.8)))
        .put("block_stats", new JsonObject().put("solves", 7).put("accepts", 6).put("rejects", 1))
        .put(
            "coinservers",
            new JsonObject()
                .put(
                    "10.0.0.11:9332",
                    new JsonObject()
                        .put("status", "live")
                        .put("height", 2_817_203)
                        .put("last_rtt", 0.0032))
                .put(
                    "10.0.0.12:9332",
                    new JsonObject()
                        .put("status", "down")
                        .put("height", 2_817_198)
                        .put("last_error", "Connection refused")));
  }

  private static JsonObject heardBy(int first, int heard, double behind, double toMiners) {
    JsonObject waited = new JsonObject().put("count", first);
    if (first > 0) {
      waited.put("p50_ms", toMiners).put("p95_ms", 2 * toMiners);
    }
    return new JsonObject()
        .put("first", first)
        .put("heard", heard)
        .put("behind", new JsonObject().put("count", heard - first).put("p50_ms", behind))
        .put("to_miners", waited);
  }

  private static JsonObject counter(String name, long total, long hour) {
    return new JsonObject()
        .put("name", name)
        .put("owner", "whoever")
        .put("total", total)
        .put("min_total", hour / 60)
        .put("hour_total", hour)
        .put("min_avg", hour / 60.0)
        .put("second_avg", hour / 3600.0);
  }

  void serveLedger() {
    topics.ledger().serve(question -> Future.succeededFuture(ledgerAnswer(question)));
  }

  private static JsonObject ledgerAnswer(JsonObject question) {
    double now = System.currentTimeMillis() / 1000.0;
    if (question.getString("query").equals("workers")) {
      return new JsonObject().put("workers", workers());
    }
    List<String> fates =
        List.of("pending", "accepted", "accepted", "stale", "accepted", "rejected", "accepted");
    JsonArray blocks = new JsonArray();
    for (int i = 0; i < fates.size(); i++) {
      blocks.add(
          new JsonObject()
              .put("time", now - 20 - i * 2_417.0 * (i + 1))
              .put("currency", "LTC")
              .put("algorithm", "scrypt")
              .put("height", 2_817_203 - i * 113)
              .put("hash", "0000%04x".formatted(i * 0x1357) + "9f3c51e2".repeat(6) + "77aa10bc")
              .put("address", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")
              .put("worker", i == 3 ? HOSTILE : "rig" + i)
              .put("reward", 625_412_337L)
              .put("outcome", fates.get(i))
              .put("reason", fates.get(i).equals("rejected") ? "bad-txnmrklroot" : ""));
    }
    return new JsonObject().put("blocks", blocks);
  }

  private static JsonArray workers() {
    JsonArray workers = new JsonArray();
    List<String> names = List.of("shed-1", "shed-2", HOSTILE, "", "l7-attic", "l7-garage");
    for (int i = 0; i < names.size(); i++) {
      workers.add(
          new JsonObject()
              .put("address", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")
              .put("worker", names.get(i))
              .put("currency", "LTC")
              .put("accepted_difficulty", 9.1e7 / (i + 1))
              .put("rejected_difficulty", 4.4e5 * i)
              .put("first_seen", i == 1 ? System.currentTimeMillis() / 1000.0 - 60 : 0)
              .put("seconds", 600));
    }
    return workers;
  }

  void serveClients() {
    for (String node : List.of("north", "south")) {
      for (int instance = 0; instance < 2; instance++) {
        String id = node + instance;
        topics
            .clients(clientsAddress(3333, node, instance))
            .serve(question -> Future.succeededFuture(clients(question, id)));
      }
    }
  }

  private static JsonObject clients(JsonObject question, String id) {
    String user = question.getString("user");
    JsonArray clients = new JsonArray();
    for (JsonObject client :
        List.of(client(id, "LAlice", "rig1", false), client(id + "x", HOSTILE, HOSTILE, true))) {
      if (user == null || user.equals(client.getString("address"))) {
        clients.add(client);
      }
    }
    return new JsonObject().put("clients", clients);
  }

  private static JsonObject client(String id, String address, String worker, boolean idle) {
    return new JsonObject()
        .put("id", id)
        .put("address", address)
        .put("worker", worker)
        .put("idle", idle)
        .put("difficulty", 512)
        .put("ip_address", "192.0.2.7");
  }

  private static String clientsAddress(int port, String node, int instance) {
    return "clients." + port + "." + node + "." + instance;
  }
}
