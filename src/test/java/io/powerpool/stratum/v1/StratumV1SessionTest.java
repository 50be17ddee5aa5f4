package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.share.Verdict;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.v1.SessionHarness.Miner;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StratumV1SessionTest {

  private static final String USER = SessionHarness.ADDRESS + ".rig1";

  private final SessionHarness pool = new SessionHarness();

  private String time() {
    return Hex.ofInt((int) pool.seconds());
  }

  private String submit(Miner miner, String extranonce2, String nonce) {
    return code(miner.ask(pool.submit(USER, jobId(), extranonce2, time(), nonce, null)));
  }

  /** "ok" or the error's number. */
  private static String code(JsonObject answer) {
    assertThat(answer.fieldNames()).contains("id", "result", "error");
    return Boolean.TRUE.equals(answer.getValue("result"))
        ? "ok"
        : String.valueOf(answer.getJsonArray("error").getValue(0));
  }

  private String lastJob;

  private String jobId() {
    return lastJob;
  }

  private Miner mining() {
    Miner miner = pool.connect();
    miner.mine(USER);
    lastJob = miner.order("mining.notify").getString(0);
    return miner;
  }

  @Test
  void tellsTheDifficultyBeforeTheFirstJobAndCleansIt() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    miner.mine(USER);
    List<String> lines = miner.lines;
    assertThat(lines.get(0)).contains("\"result\":true");
    assertThat(lines.get(1)).contains("mining.set_difficulty");
    assertThat(lines.get(2)).contains("mining.notify").contains(",true ]");
  }

  @Test
  void acceptsAShareOnceAndCallsItsCopyADuplicateInWhateverCase() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    assertThat(submit(miner, "00000000000000ab", "0000000c")).isEqualTo("ok");
    assertThat(submit(miner, "00000000000000AB", "0000000C")).isEqualTo("22");
    assertThat(submit(miner, "00000000000000ac", "0000000c")).isEqualTo("ok");
    assertThat(submit(miner, "00000000000000ab", "0000000d")).isEqualTo("ok");
    assertThat(pool.shares)
        .extracting("verdict")
        .containsExactly(Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.ACCEPTED, Verdict.ACCEPTED);
    assertThat(pool.shares.get(0).worker()).hasToString(USER);
    assertThat(pool.shares.get(0).difficulty()).isEqualTo(1e-9);
  }

  @Test
  void rolledVersionBitsMakeAnotherShareOnlyInsideTheNegotiatedMask() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    JsonObject configured =
        miner
            .ask(
                "{\"id\":0,\"method\":\"mining.configure\",\"params\":[[\"version-rolling\",\"x\"],"
                    + "{\"version-rolling.mask\":\"00ffe000\",\"version-rolling.min-bit-count\":2}]}")
            .getJsonObject("result");
    assertThat(configured)
        .isEqualTo(
            new JsonObject()
                .put("version-rolling", true)
                .put("version-rolling.mask", "00ffe000")
                .put("x", false));
    miner.mine(USER);
    String job = miner.order("mining.notify").getString(0);
    String[][] cases = {
      {"00000001", "00002000", "ok"},
      {"00000001", "00004000", "ok"},
      {"00000001", "00004000", "22"},
      {"00000001", "00000000", "ok"},
      {"00000001", null, "22"},
      {"00000002", "01000000", "20"},
      {"00000002", "20002000", "20"},
    };
    for (String[] row : cases) {
      String line = pool.submit(USER, job, "0000000000000001", time(), row[0], row[1]);
      assertThat(code(miner.ask(line))).as(line).isEqualTo(row[2]);
    }
  }

  @Test
  void judgesAShareByTheDifficultyOfItsJob() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    String easyJob = jobId();
    miner.send("{\"id\":3,\"method\":\"mining.suggest_difficulty\",\"params\":[1e15]}");
    String hardJob = miner.order("mining.notify").getString(0);
    assertThat(miner.order("mining.set_difficulty").getDouble(0)).isEqualTo(1e15);
    assertThat(hardJob).isNotEqualTo(easyJob);
    assertThat(
            code(
                miner.ask(
                    pool.submit(USER, easyJob, "0000000000000001", time(), "00000001", null))))
        .isEqualTo("ok");
    assertThat(
            code(
                miner.ask(
                    pool.submit(USER, hardJob, "0000000000000002", time(), "00000001", null))))
        .isEqualTo("23");
    assertThat(pool.shares).extracting("difficulty").containsExactly(1e-9, 1e15);
  }

  @Test
  void refusesStaleSharesButSubmitsThoseThatSolveABlock() {
    Job job = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String extranonce1 = miner.mine(USER);
    String id = miner.order("mining.notify").getString(0);
    int solving = 0;
    while (!job.networkTarget()
        .isMetBy(pool.hash(job, extranonce1, 1, pool.seconds(), solving, job.version()), 0)) {
      solving++;
    }
    pool.job("b", SessionHarness.EASY);
    assertThat(
            code(
                miner.ask(
                    pool.submit(USER, id, "0000000000000001", time(), Hex.ofInt(solving), null))))
        .isEqualTo("21");
    assertThat(pool.shares.get(0).verdict()).isEqualTo(Verdict.STALE);
    assertThat(pool.blocks).hasSize(1);
    assertThat(pool.blocks.get(0).hash())
        .isEqualTo(Hash256.of(Sha256.twice(pool.blocks.get(0).header())));
    assertThat(pool.blocks.get(0).jobId()).isEqualTo(job.id());
    assertThat(Hex.encode(pool.blocks.get(0).coinbase()))
        .isEqualTo("0200000001aabb" + extranonce1 + "0000000000000001" + "ccdd00000000");
  }

  @Test
  void neverHandsOutWorkHarderThanABlock() {
    pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    miner.mine(USER);
    miner.send("{\"id\":3,\"method\":\"mining.suggest_difficulty\",\"params\":[1000]}");
    assertThat(miner.session.difficulty()).isEqualTo(pool.port.networkDifficulty()).isLessThan(3);
  }

  @Test
  void boundsTheTimeOfAShare() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    long now = pool.seconds();
    for (long[] pair : new long[][] {{-601, 20}, {-600, 0}, {7000, 0}, {7001, 20}}) {
      String answer =
          code(
              miner.ask(
                  pool.submit(
                      USER,
                      jobId(),
                      "0000000000000001",
                      Hex.ofInt((int) (now + pair[0])),
                      "00000001",
                      null)));
      assertThat(answer).as("%d s", pair[0]).isEqualTo(pair[1] == 0 ? "ok" : "" + pair[1]);
    }
  }

  @Test
  void answersEveryLineWithOneWellFormedReplyThatEchoesTheId() {
    pool.job("a", SessionHarness.HARD);
    String[][] cases = {
      {"{\"id\":1,\"method\":\"mining.nonsense\",\"params\":[]}", "1", "20"},
      {"{\"id\":\"a\\\"b\",\"method\":\"mining.nonsense\"}", "\"a\\\"b\"", "20"},
      {"{\"id\":null,\"method\":\"mining.nonsense\"}", "null", "20"},
      {"{\"method\":\"mining.nonsense\"}", "null", "20"},
      {"{\"id\":1.5,\"method\":7}", "1.5", "20"},
      {"{\"id\":[1],\"method\":{}}", "null", "20"},
      {"[]", "null", "20"},
      {"17", "null", "20"},
      {"{\"id\":4", "null", "20"},
      {"\u0000\u0001", "null", "20"},
      {"{\"id\":2,\"method\":\"mining.submit\",\"params\":{}}", "2", "20"},
      {"{\"id\":2,\"method\":\"mining.submit\",\"params\":[\"w\"]}", "2", "20"},
      {"{\"id\":2,\"method\":\"mining.submit\",\"params\":[1,2,3,4,5]}", "2", "20"},
      {pool.submit(USER, "1", "0000000000000001", "00000000", "xyzxyzxy", null), "9", "20"},
      {pool.submit(USER, "1", "0000000000000001", "00000000", "00000001", null), "9", "24"},
      {pool.submit("nobody", "10", "00", "00000000", "00000001", null), "9", "24"},
      {"{\"id\":5,\"result\":true,\"error\":null}", "5", "20"},
      {"{\"id\":6,\"method\":\"mining.suggest_difficulty\",\"params\":[\"much\"]}", "6", "20"},
      {"{\"id\":6,\"method\":\"mining.suggest_target\",\"params\":[\"12\"]}", "6", "20"},
      {"{\"id\":7,\"method\":\"mining.get_transactions\",\"params\":[\"zz\"]}", "7", "24"},
      {"{\"id\":8,\"method\":\"mining.subscribe\",\"params\":[]}", "8", "20"},
      {"{\"id\":8,\"method\":\"mining.configure\",\"params\":[\"version-rolling\"]}", "8", "20"},
    };
    for (String[] row : cases) {
      Miner miner = pool.connect();
      miner.ask("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}");
      List<String> answers = miner.send(row[0]);
      assertThat(answers).as(row[0]).hasSize(1);
      assertThat(answers.get(0)).as(row[0]).startsWith("{\"id\":" + row[1] + ",");
      assertThat(code(new JsonObject(answers.get(0)))).as(row[0]).isEqualTo(row[2]);
    }
    Miner stranger = pool.connect();
    assertThat(code(stranger.ask(pool.submit(USER, "1", "00", "00000000", "00000001", null))))
        .isEqualTo("25");
    assertThat(
            code(
                stranger.ask(
                    "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"a\",\"b\"]}")))
        .isEqualTo("25");
  }

  @Test
  void sendsANewExtranonceToThoseWhoAskedAndHasOthersComeAgainWhenItsSizeChanges() {
    pool.job("a", SessionHarness.HARD);
    Miner knowing = pool.connect();
    String before = knowing.mine(USER);
    assertThat(
            code(
                knowing.ask("{\"id\":4,\"method\":\"mining.extranonce.subscribe\",\"params\":[]}")))
        .isEqualTo("ok");
    Miner plain = pool.connect();
    plain.mine(USER);
    knowing.lines.clear();
    pool.job("b", SessionHarness.HARD, 3, 4);
    JsonArray order = knowing.order("mining.set_extranonce");
    assertThat(order.getString(0)).hasSize(6).isNotEqualTo(before);
    assertThat(order.getInteger(1)).isEqualTo(4);
    String job = knowing.order("mining.notify").getString(0);
    assertThat(code(knowing.ask(pool.submit(USER, job, "00000001", time(), "00000001", null))))
        .isEqualTo("ok");
    assertThat(plain.lines).anyMatch(line -> line.contains("client.reconnect"));
    assertThat(plain.closed).isEqualTo(CloseReason.NEW_EXTRANONCE);
  }

  /** By the coin server's clock, as the jobs tell it: this node's may be wrong. */
  @ParameterizedTest
  @ValueSource(longs = {0, 36_000_000, -36_000_000})
  void everyRepeatedHandingOutHasAnotherIdAndALaterTime(long clockOffMillis) {
    pool.clockOffMillis = clockOffMillis;
    pool.job("a", SessionHarness.HARD);
    final long jobSeconds = pool.nowMillis / 1000;
    Miner miner = mining();
    List<String> ids = new ArrayList<>(List.of(jobId()));
    List<String> times = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pool.nowMillis += 30_000;
      miner.lines.clear();
      pool.port.onTick();
      JsonArray notify = miner.order("mining.notify");
      assertThat(notify.getBoolean(8)).isFalse();
      assertThat(ids).doesNotContain(notify.getString(0));
      ids.add(notify.getString(0));
      times.add(notify.getString(7));
    }
    assertThat(times)
        .isEqualTo(
            LongStream.rangeClosed(1, 5)
                .mapToObj(push -> Hex.ofInt((int) (jobSeconds + 30 * push)))
                .toList());
    for (String id : ids) {
      assertThat(
              code(
                  miner.ask(
                      pool.submit(
                          USER,
                          id,
                          "00000000000000" + id.substring(id.length() - 1) + "0",
                          times.get(4),
                          "00000001",
                          null))))
          .isEqualTo("ok");
    }
    long ahead = pool.port.node().options().timeAhead().toSeconds();
    String newest = Hex.ofInt((int) (jobSeconds + 150 + ahead));
    String tooNew = Hex.ofInt((int) (jobSeconds + 150 + ahead + 1));
    assertThat(
            code(
                miner.ask(
                    pool.submit(USER, ids.get(5), "0000000000000000", newest, "00000002", null))))
        .isEqualTo("ok");
    assertThat(
            code(
                miner.ask(
                    pool.submit(USER, ids.get(5), "0000000000000000", tooNew, "00000003", null))))
        .isEqualTo("20");
  }

  private List<Miner> crowd() {
    List<Miner> miners = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      miners.add(mining());
    }
    miners.forEach(miner -> miner.lines.clear());
    // So that a turn is over after those who are served at once.
    pool.nanosPerLook = 1_000_000;
    return miners;
  }

  @Test
  void aJobReachesEverybodyOnceInTurnsAndAnsweringGoesOnBetween() {
    pool.job("a", SessionHarness.HARD);
    List<Miner> miners = crowd();
    pool.job("a", SessionHarness.HARD);
    Miner waiting = miners.get(0);
    assertThat(waiting.lines).isEmpty();
    assertThat(miners).anyMatch(miner -> !miner.lines.isEmpty());
    assertThat(submit(waiting, "00".repeat(8), "00000001")).isEqualTo("ok");
    waiting.lines.clear();
    // The last one is moved into the place of one who leaves, and must not get the job again.
    pool.port.remove(miners.remove(1).session);
    SessionHarness.run(pool.turns);
    assertThat(miners).allMatch(miner -> miner.lines.size() == 1);
  }

  @Test
  void whatMakesOlderWorkWorthlessReachesEverybodyInOneTurn() {
    pool.job("a", SessionHarness.HARD);
    List<Miner> miners = crowd();
    pool.job("a", SessionHarness.HARD);
    pool.job("b", SessionHarness.HARD);
    for (Miner miner : miners) {
      assertThat(miner.order("mining.notify").getBoolean(8)).isTrue();
    }
    SessionHarness.run(pool.turns);
    assertThat(miners).allMatch(miner -> miner.lines.size() <= 2);
  }

  @Test
  void nobodyIsLeftOutHoweverOftenARoundIsBegunAnew() {
    pool.job("a", SessionHarness.HARD);
    List<Miner> miners = crowd();
    Miner leaving = miners.remove(0);
    for (int i = 0; i < 20; i++) {
      pool.job("a", SessionHarness.HARD);
      pool.port.onTick();
      pool.turns.remove().run();
    }
    assertThat(miners).noneMatch(miner -> miner.lines.isEmpty());
    // Also the one who is moved to where the round has been already.
    pool.job("a", SessionHarness.HARD);
    pool.port.remove(leaving.session);
    Job newest = pool.job("a", SessionHarness.HARD);
    SessionHarness.run(pool.turns);
    for (Miner miner : miners) {
      assertThat(miner.order("mining.notify").getString(0))
          .startsWith(Long.toHexString(newest.id()));
    }
  }

  @Test
  void hangsUpOnThoseWhoDoNotAuthorizeSendJunkOrGoIdle() {
    pool.job("a", SessionHarness.HARD);
    Miner silent = pool.connect();
    Miner junk = mining();
    Miner idle = mining();
    pool.nowMillis += 61_000;
    pool.port.onTick();
    assertThat(silent.closed).isEqualTo(CloseReason.NOT_AUTHORIZED_IN_TIME);
    for (int i = 0; i < 200; i++) {
      assertThat(junk.closed).isNull();
      junk.send(
          "{\"id\":1,\"method\":\"mining.submit\",\"params\":[\""
              + USER
              + "\",\"0\",\"00\",\"00000000\",\"00000000\"]}");
    }
    assertThat(junk.closed).isEqualTo(CloseReason.TOO_MANY_INVALID);
    pool.nowMillis += 3_600_000;
    pool.port.onTick();
    assertThat(idle.closed).isEqualTo(CloseReason.IDLE);
    Miner chatty = pool.connect();
    for (int i = 0; i < 51; i++) {
      chatty.send("{\"id\":1,\"method\":\"mining.ping\",\"params\":[]}");
    }
    assertThat(chatty.closed).isEqualTo(CloseReason.TOO_MANY_REQUESTS);
  }

  @Test
  void aSlowHashIsAnsweredWhenItComesBackAlsoAfterTheMinerHasGone() {
    SessionHarness slow = new SessionHarness("scrypt", Map.of());
    List<Runnable> waiting = new ArrayList<>();
    slow.slowHashing =
        (header, done) -> {
          byte[] hash = new byte[32];
          slow.coin.algorithm().newHasher().hash(header, 0, hash, 0);
          return waiting.add(() -> done.accept(hash));
        };
    slow.job("a", SessionHarness.HARD);
    Miner miner = slow.connect();
    miner.mine(USER);
    String job = miner.order("mining.notify").getString(0);
    String share =
        slow.submit(
            USER, job, "0000000000000001", Hex.ofInt((int) slow.seconds()), "00000001", null);
    assertThat(miner.send(share)).isEmpty();
    assertThat(miner.send(share)).isEmpty();
    waiting.get(0).run();
    waiting.get(1).run();
    assertThat(miner.lines).hasSize(2);
    assertThat(code(new JsonObject(miner.lines.get(0)))).isEqualTo("ok");
    assertThat(code(new JsonObject(miner.lines.get(1)))).isEqualTo("22");
    miner.send(
        slow.submit(
            USER, job, "0000000000000002", Hex.ofInt((int) slow.seconds()), "00000001", null));
    slow.port.remove(miner.session);
    miner.session.onClosed(slow.nowMillis * 1_000_000);
    assertThat(slow.node.sessions().parked()).isZero();
    waiting.get(2).run();
    assertThat(slow.shares)
        .extracting("verdict")
        .containsExactly(Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.ACCEPTED);
    assertThat(slow.node.sessions().parked()).isEqualTo(1);
  }

  @Test
  void whereTheComputePoolIsFullSharesAreHashedHereAndTheDifficultyIsRaisedOnce() {
    SessionHarness slow =
        new SessionHarness(
            "scrypt",
            Map.of("vardiff", Map.of("enabled", true, "minimum_difficulty", 1e-9, "steps", "any")));
    slow.job("a", SessionHarness.HARD);
    Miner miner = slow.connect();
    miner.mine(USER);
    String job = miner.order("mining.notify").getString(0);
    for (int i = 0; i < 20; i++) {
      String line = slow.submit(USER, job, "000000000000000" + (i & 7), time(), Hex.ofInt(i), null);
      List<String> answers = miner.send(line);
      assertThat(code(new JsonObject(answers.get(0)))).isEqualTo("ok");
      if (i == 0) {
        assertThat(miner.order("mining.set_difficulty").getDouble(0)).isEqualTo(2e-9);
      } else {
        assertThat(answers).hasSize(1);
      }
    }
  }

  @Test
  void readsNoFurtherWhileTooManySharesOfOneMinerWait() {
    SessionHarness slow = new SessionHarness("scrypt", Map.of());
    List<Runnable> waiting = new ArrayList<>();
    slow.slowHashing = (header, done) -> waiting.add(() -> done.accept(new byte[32]));
    slow.job("a", SessionHarness.HARD);
    Miner miner = slow.connect();
    miner.mine(USER);
    String job = miner.order("mining.notify").getString(0);
    for (int i = 0; i < 64; i++) {
      assertThat(miner.paused).isFalse();
      miner.send(slow.submit(USER, job, "0000000000000001", time(), Hex.ofInt(i), null));
    }
    assertThat(miner.paused).isTrue();
    waiting.subList(0, 32).forEach(Runnable::run);
    assertThat(miner.paused).isFalse();
    assertThat(slow.port.pendingHashes()).isEqualTo(32);
  }

  @Test
  void aLateBlockIsFoundAlsoAfterTheDifficultyHasChanged() {
    Job job = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String extranonce1 = miner.mine(USER);
    String first = miner.order("mining.notify").getString(0);
    miner.send("{\"id\":3,\"method\":\"mining.suggest_difficulty\",\"params\":[1e-8]}");
    assertThat(miner.order("mining.notify").getString(0)).isNotEqualTo(first);
    pool.job("b", SessionHarness.EASY);
    String nonce = Hex.ofInt(pool.solving(job, extranonce1, 1, job.version()));
    String line = pool.submit(USER, first, "0000000000000001", time(), nonce, null);
    assertThat(code(miner.ask(line))).isEqualTo("21");
    assertThat(pool.blocks).hasSize(1);
    assertThat(code(miner.ask(line))).isEqualTo("22");
    assertThat(pool.blocks).hasSize(1);
  }

  @Test
  void aBlockUnderAnotherNameIsFoundThoughItEarnsNothing() {
    Job job = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String extranonce1 = miner.mine(USER);
    String id = miner.order("mining.notify").getString(0);
    String nonce = Hex.ofInt(pool.solving(job, extranonce1, 1, job.version()));
    assertThat(code(miner.ask(pool.submit("other", id, "0000000000000001", time(), nonce, null))))
        .isEqualTo("24");
    assertThat(pool.blocks).hasSize(1);
    assertThat(pool.blocks.get(0).worker()).hasToString(USER);
    assertThat(pool.shares).isEmpty();
  }

  @Test
  void aBlockWithForbiddenVersionBitsIsFoundAsItWasMined() {
    Job job = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String extranonce1 = miner.mine(USER);
    String id = miner.order("mining.notify").getString(0);
    int mined = job.version() | 0x00400000;
    String nonce = Hex.ofInt(pool.solving(job, extranonce1, 1, mined));
    assertThat(
            code(miner.ask(pool.submit(USER, id, "0000000000000001", time(), nonce, "00400000"))))
        .isEqualTo("20");
    assertThat(pool.blocks).hasSize(1);
    assertThat(pool.blocks.get(0).header()[2]).isEqualTo((byte) 0x40);
  }

  @Test
  void junkForAStaleJobIsNotExcusedByItsBeingLate() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    String old = jobId();
    miner.send("{\"id\":3,\"method\":\"mining.suggest_difficulty\",\"params\":[1e12]}");
    String hard = miner.order("mining.notify").getString(0);
    pool.job("b", SessionHarness.HARD);
    String line = pool.submit(USER, old, "0000000000000001", time(), "00000001", null);
    assertThat(code(miner.ask(line))).isEqualTo("21");
    assertThat(code(miner.ask(line))).isEqualTo("22");
    for (int i = 0; i < 199; i++) {
      assertThat(miner.closed).isNull();
      miner.send(pool.submit(USER, hard, "0000000000000001", time(), Hex.ofInt(i), null));
    }
    assertThat(miner.closed).isEqualTo(CloseReason.TOO_MANY_INVALID);
  }

  @Test
  void nullsAndContradictingLimitsCostNoConnection() {
    SessionHarness vardiff =
        new SessionHarness(
            "sha256d",
            Map.of(
                "start_difficulty",
                2048,
                "vardiff",
                Map.of("enabled", true, "minimum_difficulty", 1024)));
    vardiff.job("a", SessionHarness.HARD);
    Miner miner = vardiff.connect();
    assertThat(
            miner
                .ask(
                    "{\"id\":1,\"method\":\"mining.configure\",\"params\":[[\"version-rolling\"],"
                        + "{\"version-rolling.min-bit-count\":null,\"version-rolling.mask\":null}]}")
                .getJsonObject("result")
                .getBoolean("version-rolling"))
        .isTrue();
    miner.ask("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}");
    miner.send(
        "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + USER + "\",\"xd=100\"]}");
    assertThat(miner.order("mining.set_difficulty").getDouble(0)).isEqualTo(1024);
  }

  @Test
  void aJobCanBeHandedOutManyTimesAndThenOnceMore() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    for (int i = 0; i < 300; i++) {
      pool.nowMillis += 30_000;
      miner.lines.clear();
      if (i % 60 == 59) {
        submit(miner, Hex.ofInt(0) + Hex.ofInt(i), "00000000");
      }
      pool.port.onTick();
      assertThat(miner.lines).as("push %d", i).anyMatch(line -> line.contains("mining.notify"));
    }
    assertThat(miner.closed).isNull();
  }

  @Test
  void tellsTheMaskAgainWhenAJobLeavesFewerVersionBits() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    miner.ask(
        "{\"id\":0,\"method\":\"mining.configure\",\"params\":[[\"version-rolling\"],"
            + "{\"version-rolling.mask\":\"1fffe000\"}]}");
    miner.mine(USER);
    miner.lines.clear();
    pool.versionMask = 0x1fff0000;
    pool.job("b", SessionHarness.HARD);
    assertThat(miner.order("mining.set_version_mask").getString(0)).isEqualTo("1fff0000");
    assertThat(miner.lines.get(miner.lines.size() - 1)).contains("mining.notify");
  }

  /** Tens of thousands of miners: what each costs is what the node can hold. */
  @Test
  void aSessionIsSmall() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    StratumV1Session[] many = new StratumV1Session[1000];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < many.length; i++) {
      many[i] = new StratumV1Session(pool.service, pool.port, null, 0);
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / many.length;
    assertThat(each).isLessThan(230);
  }

  @Test
  void aNewParentCleansEvenIfTheJobThatSaidSoWasLost() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = mining();
    miner.lines.clear();
    pool.job("b", SessionHarness.HARD);
    assertThat(miner.order("mining.notify").getBoolean(8)).isTrue();
  }
}
