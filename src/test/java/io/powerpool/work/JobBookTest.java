package io.powerpool.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.testing.TestJob;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JobBookTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

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
    return new TestJob(id(term, number)).height(height).parent(parent).make();
  }

  private static long id(long term, int number) {
    return (term << Job.SEQUENCE_BITS) + number;
  }
}
