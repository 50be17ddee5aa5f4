package io.powerpool.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Hex;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExtranonceAllocatorTest {

  @Test
  void neverHandsOutANumberTwiceUntilItIsGivenBack() {
    ExtranonceAllocator allocator = new ExtranonceAllocator(2, 4, 0xa);
    Set<Long> taken = new HashSet<>();
    for (int i = 0; i < 1 << 12; i++) {
      long number = allocator.take().orElseThrow();
      assertThat(taken.add(number)).isTrue();
      assertThat(number >>> 12).isEqualTo(0xa);
    }
    assertThat(allocator.take()).isEmpty();
    allocator.release(0xa123);
    assertThat(allocator.take()).hasValue(0xa123);
    assertThat(allocator.take()).isEmpty();
  }

  @Test
  void letsANumberRestBeforeItsNextUse() {
    ExtranonceAllocator allocator = new ExtranonceAllocator(4, 8, 3);
    long first = allocator.take().orElseThrow();
    allocator.release(first);
    assertThat(allocator.take().orElseThrow()).isNotEqualTo(first);
  }

  @Test
  void spellsTheBytesMostSignificantFirst() {
    ExtranonceAllocator allocator = new ExtranonceAllocator(8, 8, 0xff);
    assertThat(Hex.encode(allocator.bytes(allocator.take().orElseThrow())))
        .isEqualTo("ff00000000000000");
    assertThatThrownBy(() -> new ExtranonceAllocator(4, 8, 256))
        .hasMessage("extranonce prefix 256 has more than 8 bits");
  }
}
