package io.powerpool.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuxTreeTest {

  /** Places in real trees: Dogecoin 371,337, 748,634 and 894,863, Namecoin 37,174. */
  @ParameterizedTest
  @CsvSource({"98,0,3,0", "98,67108864,6,56", "98,-1617911824,6,40", "1,0,4,11"})
  void placesAreThoseOfRealTrees(int chain, int nonce, int height, int slot) {
    assertThat(AuxTree.slot(nonce, chain, height)).isEqualTo(slot);
  }

  @Test
  void oneChainNeedsNoTree() {
    AuxTree tree = AuxTree.of(List.of(98));
    assertThat(tree.height()).isZero();
    assertThat(tree.slot(0)).isZero();
    Hash256 hash = Hash256.ofDisplayHex("ab".repeat(31) + "01");
    AuxTree.Committed committed = tree.commit(List.of(hash));
    assertThat(committed.branches().get(0)).isEmpty();
    assertThat(Hex.encode(committed.commitment().toBytes()))
        .isEqualTo("fabe6d6d" + "ab".repeat(31) + "01" + "01000000" + "00000000");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 16, 33, 100})
  void noTwoChainsMeetAndTheTreeIsSmall(int count) {
    Random random = new Random(count);
    for (int run = 0; run < 20; run++) {
      Set<Integer> chains = new HashSet<>();
      while (chains.size() < count) {
        chains.add(random.nextInt(0x10000));
      }
      AuxTree tree = AuxTree.of(List.copyOf(chains));
      Set<Integer> slots = new HashSet<>();
      for (int i = 0; i < count; i++) {
        slots.add(tree.slot(i));
      }
      assertThat(slots).hasSize(count).allMatch(slot -> slot >= 0 && slot < 1 << tree.height());
      assertThat(tree.height()).isLessThanOrEqualTo(16);
      int lower = tree.height() - 1;
      for (int nonce = 0; nonce < 100 && lower >= 0; nonce++) {
        Set<Integer> fewer = new HashSet<>();
        for (int chain : chains) {
          fewer.add(AuxTree.slot(nonce, chain, lower));
        }
        assertThat(fewer).as("a lower tree has no room, whatever the nonce").hasSizeLessThan(count);
      }
    }
  }

  @Test
  void twoChainsOfOneIdAreRefused() {
    assertThatThrownBy(() -> AuxTree.of(List.of(1, 98, 1))).hasMessage("two chains have the id 1");
  }

  @Test
  void isKeptForTheSameChains() {
    AuxTree tree = AuxTree.of(List.of(1, 98));
    assertThat(tree.isOf(new ArrayList<>(List.of(1, 98)))).isTrue();
    assertThat(tree.isOf(List.of(98, 1))).isFalse();
  }

  @Test
  void theMarkIsFoundWhereverItIs() {
    assertThat(AuxCommitment.occurrences(Hex.decode("00fabe6d6d01fabe6d6d"))).isEqualTo(2);
    assertThat(AuxCommitment.occurrences(Hex.decode("fabe6d"))).isZero();
  }
}
