package io.powerpool.agent;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.share.Worker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows whether a worker is connected to a stratum port, whichever node of the cluster its miner is
 * on: every instance of the port that has reported lately is asked. Belongs to one event loop.
 */
final class WorkerDirectory {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Instances report about once a second. */
  private static final long FORGET_NANOS = Duration.ofSeconds(10).toNanos();

  private final Topics topics;

  /** Per stratum port where its instances answer, and when we last heard of them. */
  private final Map<String, Map<String, Long>> instances = new HashMap<>();

  WorkerDirectory(Topics topics) {
    this.topics = topics;
  }

  /** Hears of instances. */
  void onStatus(StatusReport report, long nowNanos) {
    if (report.type().equals("stratum")
        && report.body().getValue("clients_address") instanceof String address) {
      instances.computeIfAbsent(report.component(), key -> new HashMap<>()).put(address, nowNanos);
    }
  }

  /** Forgets instances that report no more: to be called now and then. */
  void expire(long nowNanos) {
    instances
        .values()
        .forEach(known -> known.values().removeIf(heard -> nowNanos - heard > FORGET_NANOS));
    instances.values().removeIf(Map::isEmpty);
  }

  /** Whether the worker is connected to a port of this name; false too if nobody answers. */
  Future<Boolean> isConnected(String component, Worker worker) {
    JsonObject question =
        new JsonObject().put("address", worker.address()).put("worker", worker.name());
    Promise<Boolean> found = Promise.promise();
    List<Future<?>> answers = new ArrayList<>();
    for (String address : instances.getOrDefault(component, Map.of()).keySet()) {
      answers.add(
          topics
              .isConnected(address)
              .ask(question, PATIENCE)
              .otherwise(false)
              .onSuccess(
                  connected -> {
                    if (connected) {
                      found.tryComplete(true);
                    }
                  }));
    }
    Future.join(answers).onComplete(all -> found.tryComplete(false));
    return found.future();
  }
}
