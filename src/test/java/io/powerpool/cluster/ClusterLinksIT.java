package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.multimap.MultiMap;
import io.netty.util.concurrent.EventExecutor;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.powerpool.testing.Certificates;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.StallMeter;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets into a cluster and onto its event bus, and who does not, over real sockets. */
class ClusterLinksIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SECRET = "a secret of this cluster";

  @TempDir private Path folder;
  private final int port = PoolProcess.freePort();
  private final List<Vertx> nodes = new ArrayList<>();
  private final Map<Vertx, ClusterManager> managers = new HashMap<>();
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() throws Exception {
    for (Vertx node : nodes) {
      get(node.close());
    }
  }

  /** By the list in it, and by what the name of a service stands for, as in Kubernetes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFileInConfFormsACluster(boolean byService) throws Exception {
    String example = Files.readString(Path.of("conf/hazelcast.yaml")).replace("5701", "" + port);
    String list = "member-list:\n          - 127.0.0.1";
    assertThat(example).contains(list).contains("service-dns: powerpool.");
    String joined =
        byService
            ? example
                .replace("tcp-ip:\n        enabled: true", "tcp-ip:\n        enabled: false")
                .replace("before.join: \"0\"", "before.join: \"5\"")
                .replaceAll("# (kubernetes:|  enabled: true|  service-)", "$1")
                .replaceAll("service-dns: .*", "service-dns: localhost")
            : example.replace(list, list + ":" + port);
    assertThat(joined).isNotEqualTo(example);
    Path file = folder.resolve("hazelcast.yaml");
    Files.writeString(file, joined);
    Vertx one = start(options(Map.of("hazelcast_file", file.toString())));
    Vertx two = start(options(Map.of("hazelcast_file", file.toString())));

    hearsOnTheBus(one, two);
  }

  @Test
  void onlyWhoKnowsTheSecretIsAMember() throws Exception {
    Vertx one = start(options(Map.of("secret", SECRET)));
    Vertx two = start(options(Map.of("secret", SECRET)));
    hearsOnTheBus(one, two);

    disturbMembership();
    // Neither is let in: one is a cluster of its own then, the other gives up.
    ClusterOptions other = options(Map.of("secret", "a secret of another cluster"));
    Vertx wrong =
        start(
            other,
            GuardedClusterManager.join(
                impatient(other), new MemberGate(new Secret("quite another secret"), "powerpool")));
    assertThat(managers.get(wrong).getNodes()).hasSize(1);
    assertThatThrownBy(
            () ->
                start(options(Map.of()), new HazelcastClusterManager(impatient(options(Map.of())))))
        .hasMessageContaining("failed to start");
    assertThat(managers.get(one).getNodes()).hasSize(2);

    Vertx three = start(options(Map.of("secret", SECRET)));
    hearsOnTheBus(two, three);
    assertThat(managers.get(one).getNodes()).hasSize(3);
  }

  /** As a member that was frozen does it to those that it held for dead. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoseAddressesAreTakenOutRegistersThemAgain(boolean secret) throws Exception {
    Map<String, Object> settings = secret ? Map.of("secret", SECRET) : Map.of();
    Vertx one = start(options(settings));
    Vertx two = start(options(settings));
    Beat beat = new Beat("LTC", List.of(), "one", 1, Beat.State.STANDBY, 0, 0, "", true);
    for (Vertx node : List.of(one, two)) {
      Leaders.of(node);
    }
    one.setPeriodic(250, fired -> Topics.of(one).beats().publish(beat));
    await().atMost(LIMIT).until(() -> !Leaders.of(two).candidates("LTC").isEmpty());
    // Past the last of the repairs that follow an arrival: only who notices is helped now.
    PoolClusterManager manager = (PoolClusterManager) managers.get(one);
    await().atMost(LIMIT).until(manager::isQuiet);

    MultiMap<String, Object> addresses = manager.getHazelcastInstance().getMultiMap("__vertx.subs");
    addresses.keySet().forEach(addresses::remove);

    await().atMost(LIMIT).until(() -> addresses.get("beats").size() == 2);
    await().atMost(LIMIT).until(() -> !Leaders.of(two).isDeaf());
    assertThat(Leaders.of(two).candidates("LTC")).isNotEmpty();
  }

  @Test
  void onlyWhoIsTrustedIsHeardOnTheBus() throws Exception {
    for (String name : List.of("one", "two", "stranger")) {
      Certificates.make(folder, name);
    }
    String trusted =
        Files.readString(folder.resolve("one.crt")) + Files.readString(folder.resolve("two.crt"));
    Files.writeString(folder.resolve("trusted.crt"), trusted);
    Vertx one = start(options(Map.of("tls", tls("one"))));
    Vertx two = start(options(Map.of("tls", tls("two"))));
    hearsOnTheBus(one, two);
    listen(one, "secrets", message -> heard.add(message.body()));

    // They are members, and know whom to send to.
    Vertx stranger = start(options(Map.of("tls", tls("stranger"))));
    Vertx without = start(options(Map.of()));
    for (Vertx node : List.of(stranger, without)) {
      Future<?> answer =
          node.eventBus().request("secrets", "forged", new DeliveryOptions().setSendTimeout(3_000));
      await().atMost(LIMIT).until(answer::isComplete);
      assertThat(answer.failed()).isTrue();
    }
    Queue<String> troubles = new ConcurrentLinkedQueue<>();
    Topics.of(two).status().subscribe(report -> troubles.add(report.body().getString("trouble")));
    get(NodeName.claim(one, "one"));
    get(NodeName.claim(two, "two"));
    for (Vertx node : List.of(stranger, without)) {
      NodeInfo info = ((VertxInternal) node).getClusterManager().getNodeInfo();
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  troubles.stream()
                      .anyMatch(words -> words.contains("127.0.0.1:" + info.port() + " is in")));
    }
    NodeInfo trustedOne = ((VertxInternal) one).getClusterManager().getNodeInfo();
    assertThat(troubles).noneMatch(words -> words.contains(":" + trustedOne.port() + " "));
    two.eventBus().send("secrets", "true");
    await().atMost(LIMIT).until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly("true");
  }

  @Test
  void garbageOnTheBusDisturbsNobody() throws Exception {
    Vertx one = start(options(Map.of()));
    Vertx two = start(options(Map.of()));
    int busPort = ((VertxInternal) one).getClusterManager().getNodeInfo().port();
    List<Socket> open = disturb(busPort);
    disturbMembership();
    hearsOnTheBus(two, one);
    hearsOnTheBus(one, two);
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Test
  void twoNodesOfOneNameSaySoAndANewcomerStaysAway() throws Exception {
    Vertx one = start(options(Map.of()));
    Vertx two = start(options(Map.of()));
    for (Vertx node : List.of(one, two)) {
      Topics.of(node)
          .status()
          .subscribe(
              report ->
                  heard.add(
                      report.node()
                          + (node == one ? " at one: " : " at two: ")
                          + report.body().getString("trouble")));
    }
    get(NodeName.claim(one, "edge"));
    // Also while nothing is wrong: who falls silent is complained about.
    await().atMost(LIMIT).until(() -> heard.contains("edge at two: "));
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> get(NodeName.claim(two, "edge")))
                    .hasCauseInstanceOf(ConfigException.class)
                    .hasMessageContaining("node: is 'edge', expected a name that no other node")
                    .hasMessageContaining("127.0.0.1:"));
    // As after a split, on both sides of which one was started.
    new NodeName(two, new NodeHere("edge", 2, "two:1")).keep();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                heard.stream().anyMatch(words -> words.contains("another node at two:1"))
                    && heard.stream().anyMatch(words -> words.contains("another node at 127.")));
    get(NodeName.claim(two, "another"));
  }

  /** Its connections take nothing, as when its process is stopped or its line is slow. */
  @Test
  void aNodeThatStandsStillDelaysNobody() throws Exception {
    Vertx leader = start(options(Map.of()));
    Vertx miners = start(options(Map.of()));
    // Any address of the loopback interface will do.
    Vertx slow = start(options(Map.of("address", "127.0.0.2")));
    AtomicInteger atMiners = new AtomicInteger();
    AtomicInteger atSlow = new AtomicInteger();
    StallMeter pauses = new StallMeter(Duration.ZERO);
    listen(
        miners,
        "work",
        message -> {
          pauses.tick();
          atMiners.incrementAndGet();
        });
    listen(slow, "work", message -> atSlow.incrementAndGet());
    String work = "w".repeat(100_000);
    leader.eventBus().publish("work", work);
    await().atMost(LIMIT).until(() -> atMiners.get() == 1 && atSlow.get() == 1);

    CountDownLatch standing = new CountDownLatch(1);
    try {
      for (EventExecutor loop : ((VertxInternal) slow).getEventLoopGroup()) {
        loop.execute(() -> awaitUninterruptibly(standing));
      }
      int more = 300;
      pauses.take();
      for (int i = 0; i < more; i++) {
        leader.eventBus().publish("work", work);
      }
      await().atMost(LIMIT).until(() -> atMiners.get() == 1 + more);
      // The slow one is given up after five to seven seconds: nobody waits until that.
      assertThat(pauses.take().longest()).isLessThan(Duration.ofSeconds(3));
      assertThat(atSlow).hasValue(1);
    } finally {
      standing.countDown();
    }
    await().atMost(LIMIT).until(() -> atSlow.get() > 1);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What strangers say to Hazelcast: nothing, noise, and how another member would begin. */
  private void disturbMembership() throws IOException {
    for (Socket socket : disturb(port)) {
      socket.close();
    }
    Socket member = new Socket(InetAddress.getLoopbackAddress(), port);
    member.getOutputStream().write("HZC".getBytes(StandardCharsets.US_ASCII));
    member.close();
  }

  private static List<Socket> disturb(int port) throws IOException {
    List<Socket> open = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      open.add(socket);
      byte[] noise = new byte[i * 100];
      random.nextBytes(noise);
      try {
        OutputStream out = socket.getOutputStream();
        if (i % 4 == 1) {
          // A message of 2 GB, or of less than nothing, on the bus.
          out.write(i % 8 == 1 ? new byte[] {127, -1, -1, -1} : new byte[] {-1, -1, -1, -1});
        }
        out.write(noise);
        out.flush();
      } catch (IOException e) {
        // Hung up on already: just as well.
        assertThat(e).isNotNull();
      }
    }
    return open;
  }

  private void hearsOnTheBus(Vertx listener, Vertx sender) throws Exception {
    String address = "address" + System.nanoTime();
    listen(listener, address, message -> message.reply("heard"));
    String answer =
        get(
            sender
                .eventBus()
                .<String>request(address, "x", new DeliveryOptions().setSendTimeout(20_000))
                .map(reply -> reply.body()));
    assertThat(answer).isEqualTo("heard");
  }

  private static void listen(Vertx node, String address, Handler<Message<String>> handler)
      throws Exception {
    Promise<Void> known = Promise.promise();
    node.eventBus().consumer(address, handler).completionHandler(known);
    get(known.future());
  }

  private Map<String, Object> tls(String name) {
    return Map.of(
        "certificate", folder.resolve(name + ".crt").toString(),
        "key", folder.resolve(name + ".key").toString(),
        "trusted", folder.resolve("trusted.crt").toString());
  }

  private ClusterOptions options(Map<String, Object> settings) {
    Map<String, Object> values = new HashMap<>();
    values.put("port", port);
    values.put("members", List.of("127.0.0.1:" + port));
    values.putAll(settings);
    Faults faults = new Faults();
    ClusterOptions options = ClusterOptions.from(Section.root(values, faults));
    assertThat(faults.found()).isEmpty();
    return options;
  }

  /** Looks for the others only for some seconds. */
  private static Config impatient(ClusterOptions options) {
    Config config = options.toHazelcast();
    config.setProperty("hazelcast.max.join.seconds", "5");
    return config;
  }

  private Vertx start(ClusterOptions options) throws Exception {
    return start(options, options.toClusterManager());
  }

  private Vertx start(ClusterOptions options, ClusterManager manager) throws Exception {
    EventBusOptions bus = new EventBusOptions().setHost("127.0.0.1");
    options.applyTo(bus);
    Vertx vertx =
        get(
            Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(bus))
                .withClusterManager(manager)
                .buildClustered());
    nodes.add(vertx);
    managers.put(vertx, manager);
    return vertx;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
