package io.powerpool.stratum;

import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.SettingsCheck;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tells where a node that serves miners has other settings of a coin or switching group than the
 * node that leads it. To be deployed once per node of a cluster, unless job managers run there, who
 * tell it themselves.
 */
public final class SettingsVerticle extends AbstractVerticle {

  private static final String NAME = "settings";
  private static final long LOOK_MILLIS = 1000;

  private final String node;
  private final Map<String, SettingsCheck> checks = new TreeMap<>();

  /**
   * @param node the node's name
   * @param fingerprints of its settings, by coin or group
   */
  public SettingsVerticle(String node, Map<String, String> fingerprints) {
    this.node = node;
    fingerprints.forEach(
        (source, fingerprint) ->
            checks.put(
                source,
                new SettingsCheck(
                    source,
                    node,
                    fingerprint,
                    "its miners work on the jobs of the former, shares are judged as the latter"
                        + " says")));
  }

  @Override
  public void start() {
    Leaders leaders = Leaders.of(vertx);
    vertx.setPeriodic(LOOK_MILLIS, timer -> look(leaders));
  }

  private void look(Leaders leaders) {
    checks.forEach((source, check) -> check.look(leaders.leader(source)));
    String words =
        checks.values().stream()
            .map(SettingsCheck::words)
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("; "));
    JsonObject body = new JsonObject().put("disagreement", words);
    Topics.of(vertx)
        .status()
        .publish(new StatusReport(node, NAME, 0, NAME, Clock.systemUTC().millis(), body));
  }
}
