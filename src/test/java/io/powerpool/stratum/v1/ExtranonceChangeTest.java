package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hex;
import io.powerpool.stratum.v1.SessionHarness.Miner;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonArray;
import org.junit.jupiter.api.Test;

/**
 * The sizes of the coin's extranonces change while miners are at work: 4 and 8 bytes to 3 and 4.
 */
class ExtranonceChangeTest {

  private static final String USER = SessionHarness.ADDRESS + ".rig1";
  private static final String EXTRANONCE_SUBSCRIBE =
      "{\"id\":4,\"method\":\"mining.extranonce.subscribe\",\"params\":[]}";

  private final SessionHarness pool = new SessionHarness();

  private String solving(Job job, String extranonce1, long extranonce2) {
    return Hex.ofInt(pool.solving(job, extranonce1, extranonce2, job.version()));
  }

  @Test
  void sharesOnTheirWayCountByTheExtranonceThatTheyWereMinedWith() {
    Job first = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String before = miner.mine(USER);
    String old = miner.order("mining.notify").getString(0);
    miner.send(EXTRANONCE_SUBSCRIBE);
    // The same parent: what was mined before the change still counts.
    Job second = pool.job("a", SessionHarness.EASY, 3, 4);
    String after = miner.order("mining.set_extranonce").getString(0);
    String next = miner.order("mining.notify").getString(0);
    String late = pool.submit(USER, old, "0000000000000001", solving(first, before, 1));
    assertThat(miner.code(late)).isEqualTo("ok");
    assertThat(Hex.encode(pool.blocks.get(0).coinbase())).contains(before + "0000000000000001");
    assertThat(miner.code(late)).isEqualTo("22");
    assertThat(miner.code(pool.submit(USER, next, "00000001", solving(second, after, 1))))
        .isEqualTo("ok");
    assertThat(Hex.encode(pool.blocks.get(1).coinbase())).contains(after + "00000001");
    assertThat(miner.code(pool.submit(USER, next, "0000000000000002", "00000000"))).isEqualTo("20");
  }

  @Test
  void aSolvedBlockOnItsWayIsNotLostThoughItsShareIsStale() {
    Job first = pool.job("a", SessionHarness.EASY);
    Miner miner = pool.connect();
    String before = miner.mine(USER);
    String old = miner.order("mining.notify").getString(0);
    miner.send(EXTRANONCE_SUBSCRIBE);
    pool.job("b", SessionHarness.EASY, 3, 4);
    assertThat(miner.code(pool.submit(USER, old, "0000000000000001", solving(first, before, 1))))
        .isEqualTo("21");
    assertThat(pool.blocks).hasSize(1);
  }

  @Test
  void whoHasToComeAgainBringsItsLateSharesAlong() {
    Job first = pool.job("a", SessionHarness.EASY);
    Miner plain = pool.connect();
    JsonArray subscribed = plain.subscribe("");
    plain.authorize(USER, "x");
    String old = plain.order("mining.notify").getString(0);
    String early = pool.submit(USER, old, "0000000000000007", "00000001");
    assertThat(plain.code(early)).isEqualTo("ok");
    pool.job("a", SessionHarness.EASY, 3, 4);
    assertThat(plain.closed).isNotNull();
    pool.end(plain);

    Miner again = pool.connect();
    JsonArray resumed = again.subscribe(Miner.sessionId(subscribed));
    assertThat(resumed.getString(1)).hasSize(6);
    assertThat(resumed.getInteger(2)).isEqualTo(4);
    again.authorize(USER, "x");
    String next = again.order("mining.notify").getString(0);
    assertThat(again.code(pool.submit(USER, next, "00000001", "00000001"))).isEqualTo("ok");
    assertThat(again.code(early)).isEqualTo("22");
    String solving = solving(first, subscribed.getString(1), 8);
    assertThat(again.code(pool.submit(USER, old, "0000000000000008", solving))).isEqualTo("ok");
  }

  @Test
  void theFormerExtranonceIsGivenBackOnceItsJobsAreForgotten() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    miner.mine(USER);
    String old = miner.order("mining.notify").getString(0);
    miner.send(EXTRANONCE_SUBSCRIBE);
    pool.job("a", SessionHarness.HARD, 3, 4);
    assertThat(pool.node.extranonces("TST", 4, 0).inUse()).isEqualTo(1);
    assertThat(pool.node.extranonces("TST", 3, 0).inUse()).isEqualTo(1);
    pool.nowMillis += 660_000;
    pool.port.onTick();
    pool.job("a", SessionHarness.HARD, 3, 4);
    assertThat(pool.node.extranonces("TST", 4, 0).inUse()).isZero();
    assertThat(pool.node.extranonces("TST", 3, 0).inUse()).isEqualTo(1);
    assertThat(miner.code(pool.submit(USER, old, "0000000000000001", "00000001"))).isEqualTo("21");
  }

  @Test
  void whoLeavesGivesBothExtranoncesBack() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    miner.mine(USER);
    miner.send(EXTRANONCE_SUBSCRIBE);
    pool.job("a", SessionHarness.HARD, 3, 4);
    pool.end(miner);
    assertThat(pool.node.extranonces("TST", 4, 0).inUse()).isZero();
    assertThat(pool.node.extranonces("TST", 3, 0).inUse()).isZero();
  }

  @Test
  void aChangeBetweenSubscriptionAndAuthorizationIsTold() {
    pool.job("a", SessionHarness.HARD);
    Miner miner = pool.connect();
    miner.subscribe("");
    miner.send(EXTRANONCE_SUBSCRIBE);
    pool.job("b", SessionHarness.HARD, 3, 4);
    miner.authorize(USER, "x");
    assertThat(miner.order("mining.set_extranonce").getInteger(1)).isEqualTo(4);
    String job = miner.order("mining.notify").getString(0);
    assertThat(miner.code(pool.submit(USER, job, "00000001", "00000001"))).isEqualTo("ok");
  }

  @Test
  void minersAreGivenExtranoncesOfAPrefixThatTheNodeHasMovedTo() {
    Job first = pool.job("a", SessionHarness.EASY);
    Miner told = pool.connect();
    String before = told.mine(USER);
    String old = told.order("mining.notify").getString(0);
    told.send(EXTRANONCE_SUBSCRIBE);
    Miner plain = pool.connect();
    JsonArray subscribed = plain.subscribe("");
    plain.authorize(USER, "x");
    String job = plain.order("mining.notify").getString(0);
    plain.code(pool.submit(USER, job, "0000000000000007", "00000001"));

    Job second = pool.made("TST", "a", SessionHarness.EASY, 4, 8);
    pool.port.onJob(second, 9);

    String after = told.order("mining.set_extranonce").getString(0);
    String next = told.order("mining.notify").getString(0);
    assertThat(before).startsWith("00");
    assertThat(after).startsWith("09");
    assertThat(told.code(pool.submit(USER, old, "0000000000000001", solving(first, before, 1))))
        .isEqualTo("ok");
    assertThat(told.code(pool.submit(USER, next, "0000000000000001", solving(second, after, 1))))
        .isEqualTo("ok");
    assertThat(plain.closed).isNotNull();
    pool.end(plain);
    Miner again = pool.connect();
    assertThat(again.subscribe(Miner.sessionId(subscribed)).getString(1)).startsWith("09");
    pool.end(again);
    pool.end(told);
    pool.nowMillis += 660_000;
    pool.node.expireParked(pool.nowMillis * 1_000_000);
    assertThat(pool.node.extranonces("TST", 4, 0).inUse()).isZero();
    assertThat(pool.node.extranonces("TST", 4, 9).inUse()).isZero();
  }
}
