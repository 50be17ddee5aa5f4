package io.powerpool.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node finds wrong between itself and the others, by their signs of life: others of its
 * name, and members of the cluster of which nothing is heard. Each is logged once, when it begins.
 * Used by one thread.
 */
final class NodeTroubles {

  private static final Logger log = LoggerFactory.getLogger(NodeTroubles.class);

  /** Three signs of life. */
  private static final long MEMORY_NANOS = Duration.ofSeconds(7).toNanos();

  /** A process that has just joined has begun by then. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(15).toNanos();

  private final NodeHere own;

  /** Others of our name by their addresses and process numbers, and when they were heard last. */
  private final Map<String, Heard> others = new TreeMap<>();

  private record Heard(NodeHere here, long nanos) {}

  /** Event buses of other members: since when nothing was heard of each. */
  private final Map<String, Long> silentSince = new HashMap<>();

  private final Set<String> told = new HashSet<>();

  NodeTroubles(NodeHere own) {
    this.own = own;
  }

  void onHere(NodeHere here, long nowNanos) {
    silentSince.put(here.address(), nowNanos);
    if (told.remove(here.address())) {
      log.info("the node at {} is heard on the event bus now", here.address());
    }
    if (!here.node().equals(own.node()) || here.process() == own.process()) {
      return;
    }
    String key = here.address() + " " + here.process();
    if (others.put(key, new Heard(here, nowNanos)) == null) {
      log.error("{}", sameName(here));
    }
  }

  /**
   * All that is wrong at present, each in words, in a fixed order.
   *
   * @param members the addresses of the event buses of all other members
   */
  List<String> of(Set<String> members, long nowNanos) {
    others.values().removeIf(heard -> nowNanos - heard.nanos() > MEMORY_NANOS);
    silentSince.keySet().retainAll(members);
    told.retainAll(members);
    List<String> troubles = new ArrayList<>();
    others.values().forEach(heard -> troubles.add(sameName(heard.here())));
    for (String address : new TreeSet<>(members)) {
      Long since = silentSince.putIfAbsent(address, nowNanos);
      if (since != null && nowNanos - since > SILENCE_NANOS) {
        troubles.add(silence(address));
        if (told.add(address)) {
          log.warn("{}", silence(address));
        }
      }
    }
    return troubles;
  }

  private static String sameName(NodeHere here) {
    return "another node at "
        + here.address()
        + " has the name "
        + here.node()
        + " as well: stop one of them and give it a name of its own (node)";
  }

  private String silence(String address) {
    return "the node at "
        + address
        + " is in the cluster, but node "
        + own.node()
        + " hears nothing of it on the event bus: can it reach that port, and do the nodes trust"
        + " each other's certificates (cluster.tls)?";
  }
}
