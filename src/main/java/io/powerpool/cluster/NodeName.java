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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no two nodes of a cluster have one name: by it they are asked, told apart in
 * statistics, and known to reporters. A newcomer asks before it starts, and stays away if somebody
 * answers. Two that could not know of each other, because they started at the same moment or on
 * both sides of a split, go on and say so.
 *
 * <p>By the same signs of life it notices members of the cluster that the event bus does not reach,
 * because of a firewall or of a certificate that is not trusted: Vert.x would not say so. Belongs
 * to the event loop that it is made on.
 */
public final class NodeName {

  private static final Logger log = LoggerFactory.getLogger(NodeName.class);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BEAT = Duration.ofSeconds(2);

  /** Three signs of life. */
  private static final long MEMORY_NANOS = Duration.ofSeconds(7).toNanos();

  /** A process that has just joined has begun by then. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(15).toNanos();

  private final Vertx vertx;
  private final Topics topics;
  private final NodeHere own;

  /** Others of our name, and when they were heard last. */
  private final Map<Long, Heard> others = new HashMap<>();

  private record Heard(NodeHere here, long nanos) {}

  /** Event buses of other members: since when nothing was heard of each. */
  private final Map<String, Long> silentSince = new HashMap<>();

  private final Set<String> told = new HashSet<>();

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
    silentSince.put(here.address(), System.nanoTime());
    if (told.remove(here.address())) {
      log.info("the node at {} is heard on the event bus now", here.address());
    }
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

  private static String silence(String address) {
    return "the node at "
        + address
        + " is in the cluster, but nothing is heard of it on the event bus: can this node reach"
        + " that port, and do the nodes trust each other's certificates (cluster.tls)?";
  }

  private void beat() {
    topics.nodes().publish(own);
    long now = System.nanoTime();
    others.values().removeIf(heard -> now - heard.nanos() > MEMORY_NANOS);
    others.values().stream().findFirst().ifPresent(heard -> tell(words(heard.here())));
    members()
        .onSuccess(
            addresses -> {
              silentSince.keySet().retainAll(addresses);
              told.retainAll(addresses);
              addresses.forEach(this::checkHeard);
            });
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

  private void checkHeard(String address) {
    long now = System.nanoTime();
    Long since = silentSince.putIfAbsent(address, now);
    if (since == null || now - since <= SILENCE_NANOS) {
      return;
    }
    if (told.add(address)) {
      log.warn("{}", silence(address));
    }
    tell(silence(address));
  }

  private void tell(String trouble) {
    topics
        .status()
        .publish(
            new StatusReport(
                own.node(),
                "node",
                0,
                "node",
                System.currentTimeMillis(),
                new JsonObject().put("trouble", trouble)));
  }
}
