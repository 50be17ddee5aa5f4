package io.powerpool.testing.cluster;

import io.powerpool.testing.LitecoinNodes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A pool of several nodes that are processes of the built jar, on real litecoind daemons. All of it
 * is gone when the test's process is, unless that is killed without warning.
 */
public final class PoolCluster implements AutoCloseable {

  /** The currency that is mined. */
  public static final String CURRENCY = "LTC";

  /** Whom blocks pay, and shares count for. */
  public static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

  /** One daemon may die, and one alone gives no work. */
  private static final int DAEMONS = 3;

  /** That long no block is on its way any more. */
  private static final Duration TIE = Duration.ofSeconds(3);

  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  /** The shortest there is. The daemons put new payments into their templates each five seconds. */
  private static final String JOB_REFRESH = "1s";

  /** How long a node that is asked to end takes to send its miners away. */
  private static final String DRAIN_TIME = "3s";

  private static final List<String> DAEMON_ARGUMENTS =
      List.of(
          // Each node keeps two requests waiting at a daemon; of these there must be more.
          "-rpcthreads=16",
          // Without MWEB, for which the chain would want a payment at a certain height.
          "-vbparams=mweb:9999999999:9999999999",
          // Payments may wait long for a block.
          "-limitancestorcount=1000",
          "-limitdescendantcount=1000");

  private final Path folder;
  private final ClusterNetwork network;
  private final List<PoolNode> nodes = new ArrayList<>();
  private final Thread hook = new Thread(this::remove, "remove-cluster");
  private final int minerPort;
  private final int monitorPort;
  private final int memberPort;
  private LitecoinNodes daemons;
  private Traffic traffic;

  /**
   * @param folder where everything is kept
   */
  public PoolCluster(Path folder, int count) {
    this.folder = folder;
    this.network = ClusterNetwork.create(count);
    Runtime.getRuntime().addShutdownHook(hook);
    List<Integer> ports = freePorts(3);
    minerPort = ports.get(0);
    monitorPort = ports.get(1);
    memberPort = ports.get(2);
    for (int i = 0; i < count; i++) {
      String name = "n" + (i + 1);
      nodes.add(new PoolNode(name, folder.resolve(name), network, i, monitorPort));
    }
  }

  /** Starts the daemons and, with one jar for all, the nodes; returns when every one has work. */
  public void start(Path jar) {
    List<String> arguments = new ArrayList<>(DAEMON_ARGUMENTS);
    if (network.hasOwnHost()) {
      arguments.add("-rpcbind=" + network.host());
      arguments.add("-rpcallowip=" + network.subnet());
    }
    daemons = LitecoinNodes.start(folder.resolve("daemons"), DAEMONS, arguments);
    traffic = new Traffic(IntStream.range(0, DAEMONS).mapToObj(daemons::node).toList(), ADDRESS);
    traffic.start();
    awaitSameChain();
    for (PoolNode node : nodes) {
      node.configure(configuration(node));
      node.start(jar);
    }
    awaitWhole();
  }

  /**
   * Waits until every node is up, sees all the others, and all agree on who leads.
   *
   * @return the leader
   */
  public PoolNode awaitWhole() {
    return awaitWhole(Duration.ZERO);
  }

  /** The same, and for a while nobody changes its mind: what they say may be old. */
  PoolNode awaitWhole(Duration steady) {
    try {
      return Awaitility.await()
          .atMost(START_LIMIT)
          .during(steady)
          .pollInterval(Duration.ofMillis(100))
          .until(this::agreed, Optional::isPresent)
          .orElseThrow();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not one cluster after " + START_LIMIT + ": " + views(), e);
    }
  }

  /** The leader, if all nodes name the same one, and all see each other. */
  private Optional<PoolNode> agreed() {
    List<String> names = nodes.stream().map(PoolNode::name).toList();
    Set<String> leaders = new HashSet<>();
    for (PoolNode asked : nodes) {
      Map<String, Boolean> view = asked.isUp() ? view(asked) : Map.of();
      List<String> leading = view.keySet().stream().filter(view::get).toList();
      if (!view.keySet().containsAll(names) || leading.size() != 1) {
        return Optional.empty();
      }
      leaders.addAll(leading);
    }
    return leaders.size() == 1
        ? nodes.stream().filter(node -> leaders.contains(node.name())).findFirst()
        : Optional.empty();
  }

  /** The nodes that a node hears of, and whether each of them leads. */
  private static Map<String, Boolean> view(PoolNode asked) {
    Map<String, Boolean> view = new TreeMap<>();
    asked
        .ask("/api/summary")
        .ifPresent(
            summary ->
                summary.getJsonArray("nodes").stream()
                    .map(JsonObject.class::cast)
                    .forEach(
                        node ->
                            view.put(
                                node.getString("node"),
                                node.getJsonArray("leads").contains(CURRENCY))));
    return view;
  }

  private String views() {
    return nodes.stream()
        .map(node -> node.name() + (node.isUp() ? " hears of " + view(node) : " is not up"))
        .collect(Collectors.joining("; ", "", " (true leads)"));
  }

  public ClusterNetwork network() {
    return network;
  }

  public List<PoolNode> nodes() {
    return List.copyOf(nodes);
  }

  public int minerPort() {
    return minerPort;
  }

  /** The addresses of the nodes, in their order. */
  public List<String> hosts() {
    return nodes.stream().map(PoolNode::address).toList();
  }

  public LitecoinNodes.Node daemon(int index) {
    return daemons.node(index);
  }

  /** The daemon that every node prefers. */
  public LitecoinNodes.Node preferredDaemon() {
    return daemons.node(0);
  }

  /**
   * Waits until all daemons have the same newest block. Each of two of one height may stay with the
   * one that it had first: there is another one then.
   */
  public void awaitSameTip() {
    long[] sinceNanos = {System.nanoTime()};
    Awaitility.await("all daemons have the same tip")
        .atMost(START_LIMIT)
        .ignoreExceptions()
        .until(
            () -> {
              long tips =
                  IntStream.range(0, DAEMONS)
                      .mapToObj(index -> daemon(index).call("getbestblockhash"))
                      .distinct()
                      .count();
              if (tips > 1 && System.nanoTime() - sinceNanos[0] > TIE.toNanos()) {
                daemon(0).generate(1, ADDRESS);
                sinceNanos[0] = System.nanoTime();
              }
              return tips == 1;
            });
  }

  /** Any daemon that runs. */
  public LitecoinNodes.Node livingDaemon() {
    return livingDaemons().stream()
        .findFirst()
        .orElseThrow(() -> new AssertionError("no daemon runs"));
  }

  /** All daemons that run. */
  public List<LitecoinNodes.Node> livingDaemons() {
    return IntStream.range(0, DAEMONS)
        .mapToObj(daemons::node)
        .filter(LitecoinNodes.Node::isRunning)
        .toList();
  }

  /** Whether others find a block about each second, so that there has to be a new job. */
  public void foreignBlocks(boolean on) {
    traffic.mining(on);
  }

  /** Has everything run again that does not, and heals what is cut. */
  public void repair(Path jar) {
    IntStream.range(0, DAEMONS)
        .mapToObj(daemons::node)
        .filter(daemon -> !daemon.isRunning())
        .forEach(LitecoinNodes.Node::startAgain);
    for (PoolNode node : nodes) {
      network.heal(node.place());
      node.setClock(Duration.ZERO);
      if (node.isRunning()) {
        node.thaw();
      } else {
        node.start(jar);
      }
    }
  }

  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void remove() {
    nodes.forEach(PoolNode::kill);
    if (traffic != null) {
      traffic.close();
    }
    if (daemons != null) {
      daemons.close();
    }
    network.close();
  }

  private JsonObject configuration(PoolNode node) {
    JsonArray servers = new JsonArray();
    for (int i = 0; i < DAEMONS; i++) {
      LitecoinNodes.Node daemon = daemons.node(i);
      servers.add(
          new JsonObject()
              .put("address", network.host())
              .put("port", daemon.rpcPort())
              .put("username", daemon.username())
              .put("password", daemon.password())
              .put("priority", 100 - i));
    }
    JsonObject coin =
        new JsonObject()
            .put("definition", "litecoin")
            .put("network", "regtest")
            .put("pool_address", ADDRESS)
            .put("job_refresh", JOB_REFRESH)
            .put("rpc_ping_int", "500ms")
            .put("servers", servers);
    JsonObject miners =
        new JsonObject()
            .put("address", node.address())
            .put("port", minerPort)
            .put("coin", CURRENCY)
            // Every hash is a share.
            .put("start_difficulty", 0.000_005)
            .put("vardiff", new JsonObject().put("enabled", false));
    JsonArray members = new JsonArray();
    hosts().forEach(host -> members.add(host + ":" + memberPort));
    return new JsonObject()
        .put("node", node.name())
        .put("data_dir", node.data().toString())
        .put("coins", new JsonObject().put(CURRENCY, coin))
        .put("stratum", new JsonObject().put("ports", JsonArray.of(miners)))
        .put(
            "reporters",
            JsonArray.of(new JsonObject(Map.of("type", "ledger", "max_worker_names", 10_000_000))))
        .put("monitor", new JsonObject().put("address", node.address()).put("port", monitorPort))
        .put("drain", new JsonObject().put("time", DRAIN_TIME))
        .put(
            "cluster",
            new JsonObject()
                .put("name", "powerpool-" + ProcessHandle.current().pid())
                .put("address", node.address())
                .put("port", memberPort)
                .put("members", members));
  }

  /** One that has only just connected may miss the news of a block: there is another one then. */
  private void awaitSameChain() {
    Awaitility.await("same chain")
        .atMost(START_LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              int height = daemon(0).height();
              if (IntStream.range(0, DAEMONS).allMatch(at -> daemon(at).height() == height)) {
                return true;
              }
              daemon(0).generate(1, ADDRESS);
              return false;
            });
  }

  private static List<Integer> freePorts(int count) {
    List<Integer> ports = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0")));
        ports.add(sockets.get(i).getLocalPort());
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
