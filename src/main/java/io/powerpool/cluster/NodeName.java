package io.powerpool.cluster;

import io.powerpool.config.ConfigException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.NodeInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no two nodes of a cluster have one name: by it they are asked, told apart in
 * statistics, and known to reporters. A newcomer asks before it starts, and stays away if somebody
 * answers. Two that could not know of each other, because they started at the same moment or on
 * both sides of a split, go on and say so. Belongs to the event loop that it is made on.
 */
public final class NodeName {

  private static final Logger log = LoggerFactory.getLogger(NodeName.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BEAT = Duration.ofSeconds(2);

  /** Three signs of life. */
  private static final long MEMORY_NANOS = Duration.ofSeconds(7).toNanos();

  private final Vertx vertx;
  private final Topics topics;
  private final NodeHere own;

  /** Others of our name, and when they were heard last. */
  private final Map<Long, Heard> others = new HashMap<>();

  private record Heard(NodeHere here, long nanos) {}

  NodeName(Vertx vertx, NodeHere own) {
    this.vertx = vertx;
    this.topics = Topics.of(vertx);
    this.own = own;
  }

  /**
   * Takes a name for this process; fails with a {@link ConfigException} if another one has it and
   * answers. Alone there is nobody to ask.
   */
  public static Future<Void> claim(Vertx vertx, String node) {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    NodeInfo info = ((VertxInternal) vertx).getClusterManager().getNodeInfo();
    String address = info.host() + ":" + info.port();
    NodeName name = new NodeName(vertx, new NodeHere(node, new SecureRandom().nextLong(), address));
    return name.topics
        .nodeName(node)
        .ask(address, PATIENCE)
        .transform(
            asked -> {
              // One that does not answer may be dead.
              if (asked.failed() || asked.result().equals(address)) {
                name.keep();
                return Future.succeededFuture();
              }
              return Future.failedFuture(
                  new ConfigException(
                      "node: is '"
                          + node
                          + "', expected a name that no other node of the cluster has, and the"
                          + " one at "
                          + asked.result()
                          + " has it"));
            });
  }

  /** Goes by the name from now on, whoever else may. */
  void keep() {
    topics.nodeName(own.node()).serve(asker -> Future.succeededFuture(own.address()));
    topics.nodes().subscribe(this::onHere);
    topics.nodes().publish(own);
    vertx.setPeriodic(BEAT.toMillis(), timer -> beat());
  }

  private void onHere(NodeHere here) {
    if (!here.node().equals(own.node()) || here.process() == own.process()) {
      return;
    }
    if (others.put(here.process(), new Heard(here, System.nanoTime())) == null) {
      log.error("{}", words(here));
    }
  }

  private static String words(NodeHere here) {
    return "another node at "
        + here.address()
        + " has the name "
        + here.node()
        + " as well: stop one of them and give it a name of its own (node)";
  }

  private void beat() {
    topics.nodes().publish(own);
    long now = System.nanoTime();
    others.values().removeIf(heard -> now - heard.nanos() > MEMORY_NANOS);
    others.values().stream()
        .findFirst()
        .ifPresent(
            heard ->
                topics
                    .status()
                    .publish(
                        new StatusReport(
                            own.node(),
                            "node",
                            0,
                            "node",
                            System.currentTimeMillis(),
                            new JsonObject().put("trouble", words(heard.here())))));
  }
}
