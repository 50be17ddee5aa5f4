package io.powerpool.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VerdictTest {

  /** Journals written by earlier versions hold these numbers. */
  @Test
  void codesNeverChange() {
    assertThat(Verdict.values())
        .containsExactly(
            Verdict.ACCEPTED,
            Verdict.STALE,
            Verdict.DUPLICATE,
            Verdict.LOW_DIFFICULTY,
            Verdict.INVALID);
    assertThat(Verdict.values()).extracting(Verdict::code).containsExactly(codes(5));
    for (Verdict verdict : Verdict.values()) {
      assertThat(Verdict.ofCode(verdict.code())).isSameAs(verdict);
    }
    assertThat(BlockOutcome.values())
        .containsExactly(
            BlockOutcome.PENDING,
            BlockOutcome.ACCEPTED,
            BlockOutcome.DUPLICATE,
            BlockOutcome.INCONCLUSIVE,
            BlockOutcome.STALE,
            BlockOutcome.REJECTED);
    assertThat(BlockOutcome.values()).extracting(BlockOutcome::code).containsExactly(codes(6));
    for (BlockOutcome outcome : BlockOutcome.values()) {
      assertThat(BlockOutcome.ofCode(outcome.code())).isSameAs(outcome);
    }
  }

  @Test
  void unknownCodesAreRefused() {
    assertThatThrownBy(() -> Verdict.ofCode(5)).hasMessageContaining("5");
    assertThatThrownBy(() -> BlockOutcome.ofCode(-1)).hasMessageContaining("-1");
  }

  @Test
  void aWorkerPrintsAsMinersSpellIt() {
    assertThat(new Worker("addr", "rig")).hasToString("addr.rig");
    assertThat(new Worker("addr", "")).hasToString("addr");
  }

  private static Byte[] codes(int count) {
    Byte[] codes = new Byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) i;
    }
    return codes;
  }
}
