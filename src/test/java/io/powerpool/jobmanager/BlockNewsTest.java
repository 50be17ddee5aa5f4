package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockNewsTest {

  private static final Optional<Hash256> UNNAMED = Optional.empty();

  private final BlockNews news = new BlockNews(List.of(Way.ZMQ));

  /** The first block is only what the pool starts with. */
  @BeforeEach
  void start() {
    news.heard(Way.POLL, block(0), millis(0));
    news.working(block(0).get(), 100, 1, millis(5));
    assertThat(way(Way.POLL)).isNull();
  }

  @Test
  void theFirstWinsAndTheOthersAreTimed() {
    assertThat(news.heard(Way.ZMQ, block(1), millis(1000))).isFalse();
    assertThat(news.heard(Way.UDP, UNNAMED, millis(1003))).isFalse();
    news.working(block(1).get(), 101, 2, millis(1004));
    assertThat(news.heard(Way.LONG_POLL, block(1), millis(1007))).isTrue();
    assertThat(news.heard(Way.POLL, block(1), millis(1150))).isTrue();
    assertThat(news.heard(Way.POLL, block(1), millis(1350))).isTrue();

    assertThat(counts(Way.ZMQ)).isEqualTo("1 of 1");
    assertThat(counts(Way.UDP)).isEqualTo("0 of 1");
    assertThat(counts(Way.POLL)).isEqualTo("0 of 1");
    assertThat(way(Way.ZMQ).getJsonObject("behind").getLong("count")).isZero();
    assertThat(behind(Way.UDP)).isBetween(3.0, 3.1);
    assertThat(behind(Way.LONG_POLL)).isBetween(7.0, 7.1);
    assertThat(behind(Way.POLL)).isBetween(150.0, 152.0);
    JsonObject recent = news.recentJson().getJsonObject(0);
    assertThat(recent.getString("first")).isEqualTo("zmq");
    assertThat(recent.getInteger("height")).isEqualTo(101);
    assertThat(recent.getDouble("job_ms")).isEqualTo(4.0);
    assertThat(recent.getJsonObject("later_ms").getMap())
        .containsEntry("zmq", 0.0)
        .containsEntry("udp", 3.0)
        .containsEntry("poll", 150.0);
  }

  @Test
  void minersWaitFromTheFirstWordToTheirLine() {
    news.heard(Way.UDP, UNNAMED, millis(1000));
    news.working(block(1).get(), 101, 2, millis(1004));
    news.handedOut(2, Duration.ofMillis(2).toNanos());
    news.handedOut(2, Duration.ofMillis(9).toNanos());
    news.handedOut(77, Duration.ofMillis(9).toNanos());
    JsonObject waited = way(Way.UDP).getJsonObject("to_miners");
    assertThat(waited.getLong("count")).isEqualTo(2);
    assertThat(waited.getDouble("sum_ms")).isEqualTo(19.0);
    assertThat(waited.getDouble("max_ms")).isBetween(13.0, 13.2);
    assertThat(waited.getJsonObject("buckets").getMap())
        .containsEntry("5", 0L)
        .containsEntry("10", 1L)
        .containsEntry("15", 2L)
        .containsEntry("+Inf", 2L);
  }

  @Test
  void aSignalWithoutABlockThatComesLateIsAboutTheBlockThatIsNew() {
    news.heard(Way.POLL, block(1), millis(1000));
    news.working(block(1).get(), 101, 2, millis(1004));
    assertThat(news.heard(Way.UDP, UNNAMED, millis(1020))).isTrue();
    // The second one can only be about another.
    assertThat(news.heard(Way.UDP, UNNAMED, millis(1500))).isFalse();
    news.working(block(2).get(), 102, 3, millis(1504));
    assertThat(counts(Way.UDP)).isEqualTo("1 of 2");
    // And one that comes when nothing is new is about what is to come.
    assertThat(news.heard(Way.POSIX, UNNAMED, millis(20_000))).isFalse();
  }

  @Test
  void aSignalThatNoBlockFollowsIsForgotten() {
    news.heard(Way.UDP, UNNAMED, millis(1000));
    news.heard(Way.POLL, block(1), millis(60_000));
    news.working(block(1).get(), 101, 2, millis(60_004));
    assertThat(way(Way.UDP)).isNull();
    assertThat(counts(Way.POLL)).isEqualTo("1 of 1");
  }

  @Test
  void whatComesMuchLaterIsNoNews() {
    news.heard(Way.ZMQ, block(1), millis(1000));
    news.working(block(1).get(), 101, 2, millis(1004));
    news.heard(Way.LONG_POLL, block(1), millis(30_000));
    assertThat(way(Way.LONG_POLL)).isNull();
  }

  @Test
  void whatNobodyToldOfWasFoundByPolling() {
    news.working(block(1).get(), 101, 2, millis(1000));
    assertThat(counts(Way.POLL)).isEqualTo("1 of 1");
  }

  @Test
  void goingBackToABlockThatWasKnownCountsNothing() {
    news.heard(Way.ZMQ, block(1), millis(1000));
    news.working(block(1).get(), 101, 2, millis(1004));
    news.heard(Way.POLL, block(0), millis(1100));
    news.working(block(0).get(), 100, 3, millis(1104));
    assertThat(news.recentJson()).hasSize(1);
    assertThat(way(Way.POLL)).isNull();
  }

  @Test
  void aWayThatWasSetUpAndStaysSilentIsTold() {
    for (int i = 1; i <= 6; i++) {
      assertThat(news.silence()).isEmpty();
      news.heard(Way.POLL, block(i), millis(i * 1000L));
      news.working(block(i).get(), 100 + i, i, millis(i * 1000L + 4));
    }
    assertThat(news.silence()).isEqualTo("nothing was heard by zmq of the last 5 blocks");
    news.heard(Way.ZMQ, block(6), millis(6010));
    assertThat(news.silence()).isEmpty();
  }

  @Test
  void keepsABoundedNumberOfBlocks() {
    for (int i = 1; i <= 100; i++) {
      news.heard(Way.ZMQ, block(i), millis(i * 1000L));
      news.working(block(i).get(), 100 + i, i, millis(i * 1000L + 4));
    }
    assertThat(news.recentJson()).hasSize(10);
    assertThat(news.recentJson().getJsonObject(0).getInteger("height")).isEqualTo(200);
    assertThat(counts(Way.ZMQ)).isEqualTo("100 of 100");
  }

  private JsonObject way(Way way) {
    JsonObject found = news.toJson().getJsonObject(way.label());
    boolean silent = found != null && found.getLong("heard") == 0;
    return silent ? null : found;
  }

  private String counts(Way way) {
    return way(way).getLong("first") + " of " + way(way).getLong("heard");
  }

  private double behind(Way way) {
    return way(way).getJsonObject("behind").getDouble("max_ms");
  }

  private static Optional<Hash256> block(int number) {
    return Optional.of(Hash256.ofDisplayHex("%064x".formatted(number + 1)));
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
