package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.stratum.FoundBlocks.Worth;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FoundBlocksTest {

  private final FoundBlocks blocks = new FoundBlocks();
  private int found;

  private SolvedBlock block(String currency, long job) {
    return new SolvedBlock(
        job,
        currency,
        100,
        Hash256.ofDisplayHex(String.format("%064x", ++found)),
        new byte[80],
        new byte[1],
        new Worker("addr", "rig"),
        1,
        0,
        "node",
        null);
  }

  private void fill(long job) {
    for (int i = 0; i < FoundBlocks.MOST_UNDECIDED; i++) {
      assertThat(blocks.add(block("TST", job))).isEqualTo(Worth.HAND_IN);
    }
  }

  @Test
  void theSameBlockIsHandedInOnce() {
    SolvedBlock block = block("TST", 1);
    assertThat(blocks.add(block)).isEqualTo(Worth.HAND_IN);
    assertThat(blocks.add(block)).isEqualTo(Worth.NONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "DUPLICATE"})
  void onceABlockOfAJobIsTakenOnlyAFewOthersAreHandedIn(BlockOutcome taken) {
    for (int i = 0; i < FoundBlocks.MOST_UNDECIDED; i++) {
      // The chain may drop the first for another one.
      SolvedBlock block = block("TST", 1);
      assertThat(blocks.add(block)).isEqualTo(Worth.HAND_IN);
      blocks.decided(block, taken);
    }
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.NONE);
    assertThat(blocks.add(block("TST", 2))).isEqualTo(Worth.HAND_IN);
    assertThat(blocks.add(block("AUX", 1))).isEqualTo(Worth.HAND_IN);
  }

  @ParameterizedTest
  @EnumSource(names = {"STALE", "REJECTED"})
  void aBlockThatIsRefusedLeavesItsPlaceToAnother(BlockOutcome refused) {
    SolvedBlock first = block("TST", 1);
    blocks.add(first);
    for (int i = 1; i < FoundBlocks.MOST_UNDECIDED; i++) {
      assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.HAND_IN);
    }
    SolvedBlock surplus = block("TST", 1);
    assertThat(blocks.add(surplus)).isEqualTo(Worth.TOO_MANY);
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.NONE);
    blocks.decided(first, refused);
    // What was turned away before is not taken for known.
    assertThat(blocks.add(surplus)).isEqualTo(Worth.HAND_IN);
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.NONE);
  }

  @Test
  void everyJobHasPlacesOfItsOwn() {
    fill(1);
    fill(2);
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.TOO_MANY);
    assertThat(blocks.add(block("AUX", 1))).isEqualTo(Worth.HAND_IN);
  }

  @Test
  void oldJobsAreForgotten() {
    fill(1);
    for (int job = 2; job <= 1000; job++) {
      blocks.add(block("TST", job));
    }
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.TOO_MANY);
    blocks.add(block("TST", 1001));
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.HAND_IN);
  }

  @Test
  void anOutcomeOfABlockOfAnEarlierRunIsNoMatter() {
    blocks.decided(block("TST", 1), BlockOutcome.ACCEPTED);
    assertThat(blocks.add(block("TST", 1))).isEqualTo(Worth.HAND_IN);
  }
}
