package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.ReporterHere;
import org.junit.jupiter.api.Test;

class HeardReportersTest {

  private final HeardReporters heard = new HeardReporters("here", () -> 0);

  @Test
  void onlyThisNodesReportersEndHereAndOnlyUntilTheyComeAgain() {
    heard.onHere(new ReporterHere("ledger", "there", ""));
    assertThat(heard.hasEndedHere("ledger")).isFalse();
    heard.onHere(new ReporterHere("ledger", "here", ""));
    assertThat(heard.hasEndedHere("ledger")).isTrue();
    heard.onHere(new ReporterHere("ledger", "there", "store"));
    assertThat(heard.hasEndedHere("ledger")).isTrue();
    heard.onHere(new ReporterHere("ledger", "here", "store"));
    assertThat(heard.hasEndedHere("ledger")).isFalse();
  }
}
