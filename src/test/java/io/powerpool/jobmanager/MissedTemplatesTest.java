package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MissedTemplatesTest {

  private final MissedTemplates missed = new MissedTemplates(Duration.ofMinutes(20));

  @Test
  void whatNobodyHasForAsLongAsTemplatesAreKeptIsGone() {
    assertThat(missed.isGone(block(1), minutes(5))).isFalse();
    assertThat(missed.isGone(block(1), minutes(24))).isFalse();
    assertThat(missed.isGone(block(2), minutes(24))).isFalse();
    assertThat(missed.isGone(block(1), minutes(25))).isTrue();
    assertThat(missed.isGone(block(2), minutes(26))).isFalse();
    missed.found(block(2));
    assertThat(missed.isGone(block(2), minutes(60))).isFalse();
  }

  @Test
  void noMoreBlocksAreRememberedThanCanBeOpen() {
    for (int number = 0; number <= 1000; number++) {
      assertThat(missed.isGone(block(number), minutes(0))).isFalse();
    }
    assertThat(missed.isGone(block(1000), minutes(20))).isTrue();
    assertThat(missed.isGone(block(0), minutes(20))).as("forgotten").isFalse();
  }

  private static Hash256 block(int number) {
    return Hash256.ofDisplayHex(String.format("%064x", number));
  }

  private static long minutes(int minutes) {
    return Duration.ofMinutes(minutes).toNanos();
  }
}
