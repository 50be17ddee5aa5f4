package io.powerpool.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JobBookTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final CompactBits BITS = new CompactBits(0x207fffff);

  private final JobBook book = new JobBook(16, 600 * SECOND);

  /** As it was seen when a node could be heard again: its old jobs came first, of a higher term. */
  @Test
  void doesNotGoBackToWhatALeaderSentWhileNobodyHeardIt() {
    book.add(job(5, 1, 'a', 180), 0);
    book.add(job(5, 2, 'b', 189), SECOND);

    assertThat(book.add(job(7, 1, 'a', 180), 2 * SECOND)).isFalse();
    assertThat(book.add(job(7, 2, 'c', 185), 2 * SECOND)).isFalse();
    assertThat(book.add(job(7, 3, 'b', 189), 2 * SECOND)).isTrue();

    assertThat(book.current().orElseThrow().id()).isEqualTo(id(7, 3));
    assertThat(book.find(id(5, 2)).stale()).isFalse();
  }

  /** A chain of less blocks and more work, or nodes that an operator has set back. */
  @Test
  void followsALeaderToALowerHeightInTheEnd() {
    book.add(job(5, 1, 'b', 189), 0);
    assertThat(book.add(job(5, 2, 'c', 188), SECOND)).isTrue();
    assertThat(book.add(job(7, 1, 'a', 180), 12 * SECOND)).isTrue();
  }

  private static Job job(long term, int number, char parent, int height) {
    return new Job(
        id(term, number),
        "LTC",
        "scrypt",
        height,
        Hash256.ofDisplayHex(String.valueOf(parent).repeat(64)),
        0,
        0,
        BITS,
        BITS.toTarget(),
        0,
        0,
        new byte[0],
        new byte[0],
        4,
        4,
        TransactionId.SHA256D,
        MerkleBranch.of(List.of()),
        true,
        0,
        0,
        0,
        List.of());
  }

  private static long id(long term, int number) {
    return (term << Job.SEQUENCE_BITS) + number;
  }
}
