package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.share.Verdict;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.v1.SessionHarness.Miner;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A miner comes back, and goes on with the session that it had. */
class StratumV1ResumeTest {

  private static final String USER = SessionHarness.ADDRESS + ".rig1";
  private static final String AUTHORIZE =
      "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + USER + "\",\"\"]}";

  private final SessionHarness pool = new SessionHarness();

  /** Another event loop of the node, with the same port. */
  private final Queue<Runnable> turnsElsewhere = new ArrayDeque<>();

  private final MinerPort portElsewhere = pool.newPort(turnsElsewhere);
  private final StratumV1Service elsewhere = pool.newService(portElsewhere);

  /** What the first connection of the miner was told. */
  private String session;

  private String extranonce1;
  private String job;

  /** A miner at work on the first event loop. */
  private Miner mining(String password) {
    Miner miner = pool.connect();
    JsonArray subscribed = miner.subscribe("");
    session = Miner.sessionId(subscribed);
    extranonce1 = subscribed.getString(1);
    miner.authorize(USER, password);
    job = miner.order("mining.notify").getString(0);
    return miner;
  }

  private static String subscribe(String session) {
    return "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"t\",\"" + session + "\"]}";
  }

  private String share(int extranonce2) {
    return pool.submit(USER, job, "000000000000000" + extranonce2, "00000001");
  }

  private int extranonces() {
    return pool.node.extranonces("TST", 4, 0).inUse();
  }

  private void job(String parent) {
    portElsewhere.onJob(pool.job(parent, SessionHarness.HARD));
  }

  @Test
  void givesBackExtranonceDifficultyMaskAndWhatWasSent() {
    job("a");
    Miner first = pool.connect();
    first.ask(
        "{\"id\":0,\"method\":\"mining.configure\",\"params\":[[\"version-rolling\"],"
            + "{\"version-rolling.mask\":\"1fffe000\"}]}");
    JsonArray subscribed = first.subscribe("");
    first.authorize(USER, "d=5e-9");
    String key = first.order("mining.notify").getString(0);
    String time = Long.toHexString(pool.seconds());
    String share = pool.submit(USER, key, "0000000000000001", time, "00000001", "00002000");
    assertThat(first.code(share)).isEqualTo("ok");
    pool.end(first);

    pool.nowMillis += 60_000;
    Miner again = pool.connect();
    JsonArray resumed = again.subscribe(Miner.sessionId(subscribed));
    assertThat(resumed.getString(1)).isEqualTo(subscribed.getString(1));
    again.authorize(USER, "");
    assertThat(again.order("mining.set_difficulty").getDouble(0)).isEqualTo(5e-9);
    assertThat(again.code(share)).isEqualTo("22");
    share = pool.submit(USER, key, "0000000000000002", time, "00000001", "00004000");
    assertThat(again.code(share)).isEqualTo("ok");
  }

  @Test
  void aResumedSessionKeepsItsIdSoThatALostAnswerCostsNothing() {
    job("a");
    Miner first = mining("");
    assertThat(first.code(share(1))).isEqualTo("ok");
    pool.end(first);
    for (int i = 0; i < 3; i++) {
      Miner again = pool.connect();
      JsonArray resumed = again.subscribe(session);
      assertThat(resumed.getString(1)).isEqualTo(extranonce1);
      assertThat(Miner.sessionId(resumed)).isEqualTo(session);
      pool.end(again);
    }
  }

  @Test
  void anExtranonceIsGivenBackOnceItsSessionCannotBeResumedAnyMore() {
    job("a");
    Miner stranger = mining("");
    pool.end(stranger);
    assertThat(extranonces()).isZero();
    Miner miner = mining("");
    assertThat(miner.code(share(1))).isEqualTo("ok");
    pool.end(miner);
    pool.node.expireParked((pool.nowMillis + 599_000) * 1_000_000);
    assertThat(extranonces()).isEqualTo(1);
    pool.node.expireParked((pool.nowMillis + 600_000) * 1_000_000);
    assertThat(extranonces()).isZero();
    assertThat(pool.connect().subscribe(session).getString(1)).isNotEqualTo(extranonce1);
  }

  @Test
  void whatIsNoSessionOfOursCountsAsNone() {
    job("a");
    mining("");
    for (String other : List.of("0000000000000000", "deadbeef", "x".repeat(16), extranonce1)) {
      Miner stranger = pool.connect();
      JsonArray subscribed = stranger.subscribe(other);
      assertThat(subscribed.getString(1)).isNotEqualTo(extranonce1);
      assertThat(Miner.sessionId(subscribed)).isNotEqualTo(other);
    }
    assertThat(pool.turns).isEmpty();
  }

  @Test
  void anOpenSessionIsTakenOverWithTheSharesOnTheirWay() {
    job("a");
    Miner half = mining("d=5e-9");
    assertThat(half.code(share(1))).isEqualTo("ok");
    Miner again = pool.connect();
    // All at once, without waiting for an answer.
    assertThat(again.send(subscribe(session))).isEmpty();
    assertThat(again.paused).isTrue();
    assertThat(again.send(AUTHORIZE)).isEmpty();
    assertThat(again.send(share(1))).isEmpty();
    assertThat(again.send(share(2))).isEmpty();
    SessionHarness.run(pool.turns);
    assertThat(half.closed).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(again.paused).isFalse();
    assertThat(again.lines).hasSize(6);
    assertThat(again.lines.get(0)).contains(session).contains("\"" + extranonce1 + "\"");
    assertThat(again.lines.get(1)).contains("\"id\":2").contains("true");
    assertThat(again.order("mining.set_difficulty").getDouble(0)).isEqualTo(5e-9);
    assertThat(again.order("mining.notify").getString(0)).isNotEqualTo(job);
    assertThat(again.lines.get(4)).contains("[22,");
    assertThat(again.lines.get(5)).contains("true");
    assertThat(pool.shares)
        .extracting("verdict")
        .containsExactly(Verdict.ACCEPTED, Verdict.DUPLICATE, Verdict.ACCEPTED);
    pool.end(half);
    assertThat(pool.node.sessions().parked()).isZero();
    assertThat(pool.node.sessions().open()).isEqualTo(1);
    assertThat(extranonces()).isEqualTo(1);
    pool.end(again);
    assertThat(pool.node.sessions().parked()).isEqualTo(1);
    assertThat(pool.node.sessions().open()).isZero();
  }

  @Test
  void theOtherEventLoopLetsGoInItsOwnTurn() {
    job("a");
    Miner half = mining("");
    Miner again = pool.connect(elsewhere);
    again.send(subscribe(session));
    again.send(AUTHORIZE);
    assertThat(half.closed).isNull();
    // Until its turn comes, the channel is the first event loop's.
    assertThat(half.code(share(1))).isEqualTo("ok");
    SessionHarness.run(pool.turns);
    assertThat(half.closed).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(again.lines).isEmpty();
    SessionHarness.run(turnsElsewhere);
    assertThat(again.lines.get(0)).contains("\"" + extranonce1 + "\"");
    assertThat(again.code(share(1))).isEqualTo("22");
    assertThat(again.code(share(2))).isEqualTo("ok");
  }

  @Test
  void hashesThatArePendingAreDoneFirst() {
    SessionHarness slow = new SessionHarness("scrypt", Map.of());
    List<Runnable> hashes = new ArrayList<>();
    slow.slowHashing =
        (header, done) -> {
          byte[] hash = new byte[32];
          slow.coin.algorithm().newHasher().hash(header, 0, hash, 0);
          return hashes.add(() -> done.accept(hash));
        };
    slow.job("a", SessionHarness.HARD);
    Miner half = slow.connect();
    JsonArray subscribed = half.subscribe("");
    half.authorize(USER, "");
    String key = half.order("mining.notify").getString(0);
    String share = slow.submit(USER, key, "0000000000000001", "00000001");
    half.send(share);
    Miner again = slow.connect();
    again.send(subscribe(Miner.sessionId(subscribed)));
    again.send(AUTHORIZE);
    SessionHarness.run(slow.turns);
    assertThat(half.closed).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(again.lines).isEmpty();
    hashes.remove(0).run();
    assertThat(slow.shares).extracting("verdict").containsExactly(Verdict.ACCEPTED);
    SessionHarness.run(slow.turns);
    assertThat(again.lines.get(0)).contains("\"" + subscribed.getString(1) + "\"");
    again.send(share);
    assertThat(hashes).isEmpty();
    assertThat(slow.shares.get(1).verdict()).isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void aThirdConnectionTakesOverFromTheSecondWhileThatStillWaits() {
    job("a");
    Miner first = mining("");
    Miner second = pool.connect(elsewhere);
    second.send(subscribe(session));
    Miner third = pool.connect();
    third.send(subscribe(session));
    // The second is asked before the first has let go.
    SessionHarness.run(turnsElsewhere);
    assertThat(second.closed).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(third.lines).isEmpty();
    SessionHarness.run(pool.turns);
    assertThat(first.closed).isEqualTo(CloseReason.TAKEN_OVER);
    SessionHarness.run(turnsElsewhere);
    SessionHarness.run(pool.turns);
    assertThat(third.lines).hasSize(1);
    assertThat(third.lines.get(0)).contains("\"" + extranonce1 + "\"");
    assertThat(second.lines).isEmpty();
    assertThat(pool.node.sessions().open()).isEqualTo(1);
    assertThat(extranonces()).isEqualTo(1);
  }

  @Test
  void aConnectionThatEndsWhileItIsAskedHasParkedItsSession() {
    job("a");
    Miner half = mining("");
    assertThat(half.code(share(1))).isEqualTo("ok");
    Miner again = pool.connect(elsewhere);
    again.send(subscribe(session));
    pool.end(half);
    assertThat(pool.node.sessions().parked()).isEqualTo(1);
    SessionHarness.run(pool.turns);
    SessionHarness.run(turnsElsewhere);
    assertThat(again.lines.get(0)).contains("\"" + extranonce1 + "\"");
    assertThat(pool.node.sessions().parked()).isZero();
  }

  @Test
  void aConnectionThatEndsWhileItIsAskedAndHadNothingLeavesNothing() {
    job("a");
    Miner half = mining("");
    Miner again = pool.connect(elsewhere);
    again.send(subscribe(session));
    pool.end(half);
    SessionHarness.run(pool.turns);
    SessionHarness.run(turnsElsewhere);
    assertThat(again.lines).hasSize(1);
    assertThat(again.lines.get(0)).doesNotContain(session);
    assertThat(pool.node.sessions().open()).isEqualTo(1);
    assertThat(extranonces()).isEqualTo(1);
  }

  @Test
  void whoIsGoneBeforeTheSessionArrivesCanComeBackForIt() {
    job("a");
    Miner half = mining("");
    assertThat(half.code(share(1))).isEqualTo("ok");
    Miner gone = pool.connect(elsewhere);
    gone.send(subscribe(session));
    pool.end(gone);
    SessionHarness.run(pool.turns);
    SessionHarness.run(turnsElsewhere);
    assertThat(gone.lines).isEmpty();
    assertThat(pool.node.sessions().parked()).isEqualTo(1);
    assertThat(pool.connect().subscribe(session).getString(1)).isEqualTo(extranonce1);
  }

  @Test
  void anEventLoopThatIsOneJobBehindHandsOutTheNextOneOnly() {
    job("a");
    pool.job("a", SessionHarness.HARD);
    Job newest = pool.job("b", SessionHarness.HARD);
    Miner half = mining("");
    assertThat(job).startsWith(Long.toHexString(newest.id()));
    Miner again = pool.connect(elsewhere);
    again.send(subscribe(session));
    again.send(AUTHORIZE);
    SessionHarness.run(pool.turns);
    SessionHarness.run(turnsElsewhere);
    assertThat(again.lines).hasSize(2);
    portElsewhere.onJob(newest);
    String next = again.order("mining.notify").getString(0);
    assertThat(next).isNotEqualTo(job).startsWith(Long.toHexString(newest.id()));
    assertThat(again.order("mining.notify").getBoolean(8)).isTrue();
    assertThat(again.code(share(1))).isEqualTo("ok");
    assertThat(again.code(pool.submit(USER, next, "0000000000000002", "00000001"))).isEqualTo("ok");
    assertThat(half.closed).isEqualTo(CloseReason.TAKEN_OVER);
  }
}
