package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Target;
import io.powerpool.cluster.Topics;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.miner.ClientJob;
import io.powerpool.share.BlockOutcome;
import io.powerpool.testing.FakeMiner;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pool with a port that mines two chains in turn, by the prices in a file. */
class SwitchingTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A block takes 4096 hashes on either chain. */
  private static final CompactBits BITS = CompactBits.ofHex("1f0fffff");

  private static final Target BLOCK = BITS.toTarget();

  /** A share takes 43 hashes. */
  private static final double SHARE = 1e-8;

  private static final String USER = DevPool.ADDRESS + ".rig";

  /** What the ports of the group get. */
  private final List<Job> jobs = new CopyOnWriteArrayList<>();

  /** What one of its coins has. */
  private final List<Job> ones = new CopyOnWriteArrayList<>();

  private volatile JsonObject status = new JsonObject();
  private DevPool pool;
  private FakeMiner miner;
  private long extranonce2;

  @TempDir private Path folder;

  @BeforeEach
  void start() throws IOException {
    pool = new DevPool(folder);
    pool.startChain("ONE", DevChainOptions.regtest().withFixedBits(BITS));
    pool.startChain("TWO", DevChainOptions.regtest().withFixedBits(BITS));
    Topics topics = Topics.of(pool.vertx);
    topics.jobs("BOTH").subscribe(jobs::add);
    topics.jobs("ONE").subscribe(ones::add);
    topics
        .status()
        .subscribe(
            report -> {
              if (report.type().equals("switching")) {
                status = report.body();
              }
            });
    price(1, 0.5);
    JsonObject group =
        new JsonObject()
            .put("coins", JsonArray.of("ONE", "TWO"))
            .put("profit_poll_int", "100ms")
            .put("prices", new JsonObject().put("file", folder.resolve("prices.yaml").toString()));
    pool.start(
        new JsonObject().put("ONE", pool.coin("ONE")).put("TWO", pool.coin("TWO")),
        new JsonObject()
            .put("coin", "BOTH")
            .put("start_difficulty", SHARE)
            .put("minimum_manual_diff", SHARE)
            .put("vardiff", new JsonObject().put("enabled", false)),
        new JsonObject().put("switching", new JsonObject().put("BOTH", group)));
    miner = pool.miner(USER);
  }

  @AfterEach
  void close() {
    miner.close();
    pool.close();
  }

  @Test
  void sharesAndBlocksBelongToTheCoinOfTheirJobWhicheverIsMinedNow() throws IOException {
    Job one = jobOf("ONE");
    ClientJob job = DevPool.received(miner, one);
    FakeMiner.Found late = share(job);
    FakeMiner.Found later = share(job);
    FakeMiner.Found block = block(job);

    price(1, 1.3);
    Job two = jobOf("TWO");
    ClientJob next = DevPool.received(miner, two);
    assertThat(next.clean()).isTrue();
    assertThat(two.previous()).isEqualTo(pool.tip("TWO"));

    // The miner had these before it heard of the switch.
    miner.submit(USER, late);
    miner.submit(USER, share(next));
    miner.submit(USER, block);
    awaitBlock("ONE", 2, block.header());
    await()
        .atMost(LIMIT)
        .until(() -> ones.stream().anyMatch(made -> made.previous().equals(pool.tip("ONE"))));
    assertThat(miner.submit(USER, later).toString()).as("there is a new block").contains("Stale");

    FakeMiner.Found other = block(next);
    miner.submit(USER, other);
    awaitBlock("TWO", 2, other.header());
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(credited())
                    .containsEntry("ONE", 2 * SHARE)
                    .containsEntry("TWO", 2 * SHARE));
    assertThat(miner.closed()).isFalse();
  }

  @Test
  void aCoinThatIsALittleBetterIsMinedFromTheNextBlockOn() throws IOException {
    Job one = jobOf("ONE");
    ClientJob job = DevPool.received(miner, one);
    price(1, 1.1);
    await().atMost(LIMIT).until(() -> "TWO".equals(status.getString("next_network")));
    assertThat(status.getString("current_network")).isEqualTo("ONE");

    miner.submit(USER, block(job));
    jobOf("TWO");
    // Nobody was sent to the new block of a chain that is left then.
    assertThat(jobs).extracting(Job::previous).doesNotContain(pool.tip("ONE"));
    await().atMost(LIMIT).until(() -> "TWO".equals(status.getString("current_network")));
    assertThat(status.getJsonObject("last_switch").getString("reason"))
        .isEqualTo("worth more, and ONE has a new block");
    assertThat(status.getInteger("switch_count")).isPositive();
    assertThat(status.getJsonObject("price_data").getJsonArray("TWO").getDouble(0)).isEqualTo(1.1);
  }

  @Test
  void whenTheServerOfTheCoinIsGoneMinersGoOnWithTheOther() throws IOException {
    jobOf("ONE");
    String extranonce1 = miner.extranonce1();

    // There and back again within the life of a job: the miner must not find the same shares.
    pool.gates.get("ONE").shut();
    ClientJob job = DevPool.received(miner, jobOf("TWO"));
    FakeMiner.Found found = block(job);
    miner.submit(USER, found);
    awaitBlock("TWO", 2, found.header());

    pool.gates.get("ONE").open();
    Job again = jobOf("ONE");
    FakeMiner.Found second = block(DevPool.received(miner, again));
    miner.submit(USER, second);
    awaitBlock("ONE", 2, second.header());

    assertThat(miner.closed()).isFalse();
    assertThat(miner.extranonce1()).isEqualTo(extranonce1);
    assertThat(jobs.stream().map(each -> each.currency() + each.templateId()))
        .doesNotHaveDuplicates();
    assertThat(jobs).extracting(Job::id).isSorted();
  }

  private void price(double one, double two) throws IOException {
    Path written =
        Files.writeString(
            folder.resolve("prices.new"),
            "ONE: {profit: %s}%nTWO: {profit: %s}%n".formatted(one, two));
    Files.move(written, folder.resolve("prices.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The present job, when it is of this coin. */
  private Job jobOf(String coin) {
    await()
        .atMost(LIMIT)
        .until(() -> !jobs.isEmpty() && jobs.get(jobs.size() - 1).currency().equals(coin));
    return jobs.get(jobs.size() - 1);
  }

  /** A share that is no block. */
  private FakeMiner.Found share(ClientJob job) {
    Target target = Difficulty.of(SHARE).toTarget(new Sha256d().difficultyOne());
    FakeMiner.Found found;
    do {
      found = miner.mine(job, new Sha256d(), extranonce2++, target);
    } while (found.hash().meets(BLOCK));
    return found;
  }

  private FakeMiner.Found block(ClientJob job) {
    return miner.mine(job, new Sha256d(), extranonce2++, BLOCK);
  }

  private void awaitBlock(String chain, int blocks, byte[] header) {
    await().atMost(LIMIT).until(() -> pool.chains.get(chain).size() == blocks);
    assertThat(pool.tip(chain)).isEqualTo(Hash256.of(io.powerpool.bitcoin.Sha256.twice(header)));
    await().atMost(LIMIT).until(() -> pool.reported(chain, BlockOutcome.ACCEPTED));
  }

  /** Accepted difficulty by coin, as the ledger has it. */
  private Map<String, Double> credited() {
    JsonObject answer =
        DevPool.get(
            Topics.of(pool.vertx)
                .ledger()
                .ask(new JsonObject().put("query", "workers").put("limit", 10), LIMIT));
    return answer.getJsonArray("workers").stream()
        .map(JsonObject.class::cast)
        .collect(
            Collectors.toMap(
                row -> row.getString("currency"),
                row -> row.getDouble("accepted_difficulty"),
                Double::sum,
                TreeMap::new));
  }
}
