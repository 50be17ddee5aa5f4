package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.SessionNews;
import io.powerpool.stratum.RemoteSessions;
import io.powerpool.stratum.v1.SessionHarness.Miner;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A miner comes back on another node, which has been told of its session. */
class RemoteResumeTest {

  private static final String USER = SessionHarness.ADDRESS + ".rig1";
  private static final String CONFIGURE =
      "{\"id\":0,\"method\":\"mining.configure\",\"params\":[[\"version-rolling\"],"
          + "{\"version-rolling.mask\":\"1fffe000\"}]}";

  private final SessionHarness pool = new SessionHarness();
  private final SessionHarness other =
      new SessionHarness("sha256d", Map.of("limits", Map.of("max_parked_sessions", 2)));
  private final List<SessionNews> told = new ArrayList<>();

  RemoteResumeTest() {
    pool.port.onSessions(told::add);
    pool.job("a", SessionHarness.HARD);
    other.port.onJob(other.made("TST", "a", SessionHarness.HARD, 4, 8), 3);
  }

  /** Passes on what the first node has to tell in so many seconds. */
  private int tell(int seconds) {
    told.clear();
    for (int i = 0; i < seconds; i++) {
      pool.port.onTick();
      SessionHarness.run(pool.turns);
    }
    told.forEach(news -> other.node.remoteSessions().onNews(news, now(other)));
    return told.stream().mapToInt(news -> news.sessions().size()).sum();
  }

  private static long now(SessionHarness harness) {
    return harness.nowMillis * 1_000_000;
  }

  /** A miner that has found a share; returns its session's id. */
  private String proven(String password) {
    Miner miner = pool.connect();
    miner.send(CONFIGURE);
    String session = Miner.sessionId(miner.subscribe(""));
    miner.authorize(USER, password);
    String job = miner.order("mining.notify").getString(0);
    assertThat(miner.code(pool.submit(USER, job, "0000000000000001", "00000001"))).isEqualTo("ok");
    return session;
  }

  @Test
  void itHasItsDifficultyAndMaskAgainButAnExtranonceOfThatNode() {
    String session = proven("d=5e-9");
    assertThat(tell(1)).isEqualTo(1);

    Miner again = other.connect();
    JsonArray resumed = again.subscribe(session);
    again.authorize(USER, "x");
    assertThat(Miner.sessionId(resumed)).isEqualTo(session);
    assertThat(resumed.getString(1)).startsWith("03");
    assertThat(again.order("mining.set_difficulty").getDouble(0)).isEqualTo(5e-9);
    String job = again.order("mining.notify").getString(0);
    String rolled =
        other.submit(
            USER,
            job,
            "0000000000000002",
            "%08x".formatted(other.seconds()),
            "00000001",
            "00002000");
    assertThat(again.code(rolled)).isEqualTo("ok");
    assertThat(other.node.remoteSessions().size()).isZero();
  }

  @Test
  void everythingIsToldOnceAMinuteAndChangesAtOnce() {
    String session = proven("x");
    assertThat(tell(1)).isEqualTo(1);
    assertThat(tell(RemoteSessions.REPEAT_SECONDS)).isEqualTo(1);
    assertThat(tell(RemoteSessions.REPEAT_SECONDS)).isEqualTo(1);
    assertThat(other.node.remoteSessions().size()).isEqualTo(1);
    assertThat(session).isNotEmpty();
  }

  @Test
  void whoHasFoundNothingYetIsNotTold() {
    pool.connect().mine(USER);
    assertThat(tell(RemoteSessions.REPEAT_SECONDS)).isZero();
  }

  @Test
  void noMoreAreKeptThanAllowedAndNoneForLongerThanItsTime() {
    for (int i = 0; i < 3; i++) {
      proven("x");
    }
    assertThat(tell(1)).isEqualTo(3);
    List<String> inOrder =
        told.get(0).sessions().stream().map(each -> "%016x".formatted(each.id())).toList();
    assertThat(other.node.remoteSessions().size()).isEqualTo(2);
    String first = inOrder.get(0);
    assertThat(Miner.sessionId(other.connect().subscribe(first))).isNotEqualTo(first);

    other.nowMillis += 659_000;
    String second = inOrder.get(1);
    assertThat(Miner.sessionId(other.connect().subscribe(second))).isEqualTo(second);
    other.nowMillis += 1_000;
    String third = inOrder.get(2);
    assertThat(Miner.sessionId(other.connect().subscribe(third))).isNotEqualTo(third);
  }

  @Test
  void onlyAPortOfTheSameCoinGoesOnWithIt() {
    String session = proven("x");
    assertThat(tell(1)).isEqualTo(1);
    RemoteSessions known = other.node.remoteSessions();
    long id = Long.parseUnsignedLong(session, 16);
    assertThat(known.take(id, "TWO", now(other))).isEmpty();
    assertThat(known.take(id, "TST", now(other))).isPresent();
  }
}
