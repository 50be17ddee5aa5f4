package io.powerpool.jobmanager.switching;

import static io.powerpool.jobmanager.switching.ExampleJobs.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Beat;
import io.powerpool.cluster.ClusterOptions;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WorkState;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.testing.TestCoins;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ports of a group get, where a test plays the job managers of the coins. */
class SwitchingJobManagerTest {

  private static final long TERM = 1_700_000_000_000L;

  private final Vertx vertx = Vertx.vertx();
  private final Topics topics = Topics.of(vertx);
  private final List<Job> handedOut = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Future<Job> answer = Future.failedFuture("none");
  private SwitchingJobManager manager;

  @TempDir private Path folder;

  @BeforeEach
  void start() throws IOException {
    topics.jobs("G").subscribe(handedOut::add);
    topics
        .newJob("A")
        .serve(
            "node",
            question -> {
              asked.incrementAndGet();
              return answer;
            });
    price(2, 1);
    manager = manager(TERM);
  }

  private SwitchingJobManager manager(long term) {
    return manager(vertx, term);
  }

  private SwitchingJobManager manager(Vertx vertx, long term) {
    Faults faults = new Faults();
    Section section =
        Section.root(
            Map.of(
                "coins",
                List.of("A", "B"),
                "profit_poll_int",
                "100ms",
                "prices",
                Map.of("file", folder.resolve("prices.yaml").toString())),
            faults);
    SwitchingOptions options = SwitchingOptions.from("G", section, Map.of());
    faults.throwIfAny();
    SwitchingJobManager made =
        new SwitchingJobManager(
            vertx,
            "node",
            options,
            List.of(coin("A"), coin("B")),
            "",
            Clock.systemUTC(),
            () -> term,
            noted -> {});
    get(made.start());
    return made;
  }

  @AfterEach
  void close() {
    get(manager.stop());
    get(vertx.close());
  }

  @Test
  void aCoinThatComesBackWithTheJobItHadIsAskedForAnotherOne() throws IOException {
    begin();
    price(1, 2);
    awaitJob("B", 7);

    answer = Future.succeededFuture(job("A", 5, 'a', false));
    price(4, 2);
    awaitJob("A", 5);
    assertThat(asked).hasValue(1);

    // A newer job that nobody has is good as it is.
    topics.jobs("B").publish(job("B", 8, 'b', false));
    price(1, 2);
    awaitJob("B", 8);
    topics.jobs("A").publish(job("A", 6, 'a', false));
    price(4, 2);
    awaitJob("A", 6);
    assertThat(asked).hasValue(1);
    assertThat(handedOut).allMatch(Job::clean);
    long first = handedOut.get(0).id();
    assertThat(handedOut.stream().map(job -> job.id() - first)).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void whereNoJobComesMinersStayAndGetTheNextOneOfTheirCoin() throws IOException {
    begin();
    price(1, 2);
    awaitJob("B", 7);

    // It is worth a little more, so it would be mined from B's next block on.
    price(2.2, 2);
    await().until(() -> next().equals("A"));
    topics.jobs("B").publish(job("B", 8, 'c', true));
    awaitJob("B", 8);
    assertThat(asked).hasValue(1);

    // It is left alone for a while then, however much it is worth.
    price(100, 2);
    topics.jobs("B").publish(job("B", 9, 'd', true));
    awaitJob("B", 9);
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoFollowsOnAsksForNewJobsUnderHigherIds() {
    begin();
    get(manager.stop());

    answer = Future.succeededFuture(job("A", 5, 'a', false));
    topics
        .currentJob("A")
        .serve("node", question -> Future.succeededFuture(job("A", 3, 'a', false)));
    manager = manager(TERM + 1);
    awaitJob("A", 5);
    assertThat(handedOut.get(handedOut.size() - 1).id()).isGreaterThan(id(1000));
    assertThat(get(topics.currentJob("G").ask("port", Duration.ofSeconds(5))).templateId())
        .isEqualTo(5);
  }

  /**
   * Another node has led the group and is gone; a block of the coin that it mined came before this
   * one took its place.
   */
  @Test
  void whoTakesOverHandsOutTheJobThatCameWhileNobodyLed() throws IOException {
    Vertx member = cluster();
    Topics bus = Topics.of(member);
    List<Job> jobs = new CopyOnWriteArrayList<>();
    bus.jobs("G").subscribe(jobs::add);
    live(bus, member);
    SwitchingJobManager standby = manager(member, 0);
    Beat leading = new Beat("G", List.of(), "gone", 1, Beat.State.LEADING, TERM, TERM, "", true);
    long beats = member.setPeriodic(1, 100, fired -> bus.beats().publish(leading));
    Job served = job("A", 3, 'a', true).renumbered(id(1), true);
    // Until it is known that both were heard.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              bus.jobs("A").publish(job("A", 3, 'a', true));
              bus.jobs("G").publish(served);
              return bus.currentJob("G")
                      .askNode("node", "port", Duration.ofSeconds(5))
                      .toCompletionStage()
                      .toCompletableFuture()
                      .handle((job, failure) -> failure == null && job.id() == served.id())
                      .join()
                  && Leaders.of(member).leader("G").isPresent();
            });

    member.cancelTimer(beats);
    bus.jobs("A").publish(job("A", 4, 'b', true));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> jobs.stream().anyMatch(job -> job.templateId() == 4));
    Job next = jobs.stream().filter(job -> job.templateId() == 4).findFirst().orElseThrow();
    assertThat(next.clean()).isTrue();
    assertThat(next.id() >> Job.SEQUENCE_BITS).isGreaterThan(TERM);
    get(standby.stop());
    get(member.close());
  }

  /** Ports have it from one that led on the other side of a split, and is gone. */
  @Test
  void aLeaderGoesBeyondAJobOfALaterTermWithOneThatNobodyHas() throws IOException {
    Vertx member = cluster();
    Topics bus = Topics.of(member);
    List<Job> jobs = new CopyOnWriteArrayList<>();
    bus.jobs("G").subscribe(jobs::add);
    bus.newJob("A").serve("maker", question -> Future.succeededFuture(job("A", 5, 'a', false)));
    Beat maker = new Beat("A", List.of(), "maker", 1, Beat.State.LEADING, 1, 1, "", true);
    member.setPeriodic(1, 100, fired -> bus.beats().publish(maker));
    live(bus, member);
    member.setPeriodic(1, 100, fired -> bus.jobs("A").publish(job("A", 3, 'a', true)));
    SwitchingJobManager leader = manager(member, 0);
    await().atMost(Duration.ofSeconds(20)).until(() -> !jobs.isEmpty());
    long term = jobs.get(0).id() >> Job.SEQUENCE_BITS;
    long later = term + Duration.ofHours(1).toMillis();
    Job orphan = job("A", 2, 'a', false).renumbered(later << Job.SEQUENCE_BITS, false);

    member.setPeriodic(1, 500, fired -> bus.jobs("G").publish(orphan));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> jobs.stream().anyMatch(job -> job.id() > orphan.id()));
    Job next = jobs.stream().filter(job -> job.id() > orphan.id()).findFirst().orElseThrow();
    assertThat(next.templateId()).isEqualTo(5);
    assertThat(next.clean()).isTrue();
    get(leader.stop());
    get(member.close());
  }

  /** A cluster of one. */
  private static Vertx cluster() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Map<String, Object> values =
        Map.of("name", "group-" + port, "port", port, "members", List.of("127.0.0.1:" + port));
    ClusterOptions options = ClusterOptions.from(Section.root(values, new Faults()));
    return Vertx.builder()
        .withClusterManager(new HazelcastClusterManager(options.toHazelcast()))
        .buildClustered()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(60, TimeUnit.SECONDS)
        .join();
  }

  /** Both coins have work, as their job managers tell all the time. */
  private static void live(Topics topics, Vertx vertx) {
    vertx.setPeriodic(
        1,
        500,
        fired ->
            List.of("A", "B")
                .forEach(coin -> topics.workState(coin).publish(new WorkState(coin, ""))));
  }

  /** A is mined, and B could be. */
  private void begin() {
    live(topics, vertx);
    topics.jobs("A").publish(job("A", 3, 'a', true));
    awaitJob("A", 3);
    topics.jobs("B").publish(job("B", 7, 'b', true));
  }

  private String next() {
    AtomicReference<String> next = new AtomicReference<>();
    var subscription =
        topics.status().subscribe(report -> next.set(report.body().getString("next_network")));
    await().until(() -> next.get() != null);
    get(subscription.cancel());
    return next.get();
  }

  private void awaitJob(String coin, long templateId) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              Job last = handedOut.isEmpty() ? null : handedOut.get(handedOut.size() - 1);
              return last != null
                  && last.currency().equals(coin)
                  && last.templateId() == templateId;
            });
  }

  private static long id(long sequence) {
    return (TERM << Job.SEQUENCE_BITS) + sequence;
  }

  private void price(double a, double b) throws IOException {
    Path written =
        Files.writeString(
            folder.resolve("prices.new"), "{A: {profit: %s}, B: {profit: %s}}".formatted(a, b));
    Files.move(written, folder.resolve("prices.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static Coin coin(String currency) {
    return TestCoins.coin(currency, Map.of());
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
