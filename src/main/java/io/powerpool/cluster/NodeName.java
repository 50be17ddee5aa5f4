package io.powerpool.cluster;

import io.powerpool.config.ConfigException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees to it that no two nodes of a cluster have one name: by it they are asked, told apart in
 * statistics, and known to reporters. A newcomer asks before it starts, and stays away if somebody
 * answers. Two that could not know of each other, because they started at the same moment or on
 * both sides of a split, go on and say so.
 *
 * <p>By the same signs of life it notices members of the cluster that the event bus does not reach,
 * because of a firewall or of a certificate that is not trusted: Vert.x would not say so. What is
 * wrong it reports every other second, as it reports that nothing is. Belongs to the event loop
 * that it is made on.
 */
public final class NodeName {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BEAT = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Topics topics;
  private final NodeHere own;
  private final NodeTroubles troubles;

  NodeName(Vertx vertx, NodeHere own) {
    this.vertx = vertx;
    this.topics = Topics.of(vertx);
    this.own = own;
    this.troubles = new NodeTroubles(own);
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
    topics.nodes().subscribe(here -> troubles.onHere(here, System.nanoTime()));
    topics.nodes().publish(own);
    vertx.setPeriodic(BEAT.toMillis(), timer -> beat());
  }

  private void beat() {
    topics.nodes().publish(own);
    members().onSuccess(addresses -> publish(troubles.of(addresses, System.nanoTime())));
  }

  /** The addresses of the other members' event buses. */
  private Future<Set<String>> members() {
    ClusterManager manager = ((VertxInternal) vertx).getClusterManager();
    List<Future<NodeInfo>> found = new ArrayList<>();
    for (String id : manager.getNodes()) {
      if (!id.equals(manager.getNodeId())) {
        Promise<NodeInfo> info = Promise.promise();
        manager.getNodeInfo(id, info);
        found.add(info.future());
      }
    }
    // One that has just left or come has no address.
    return Future.join(found)
        .otherwiseEmpty()
        .map(
            done ->
                found.stream()
                    .filter(Future::succeeded)
                    .map(Future::result)
                    .map(info -> info.host() + ":" + info.port())
                    .collect(Collectors.toSet()));
  }

  /** Each time, also without trouble: who falls silent is held for gone. */
  private void publish(List<String> present) {
    topics
        .status()
        .publish(
            new StatusReport(
                own.node(),
                "node",
                0,
                "node",
                System.currentTimeMillis(),
                new JsonObject().put("trouble", String.join("; ", present))));
  }
}
