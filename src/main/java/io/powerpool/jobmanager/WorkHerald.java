package io.powerpool.jobmanager;

import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WorkState;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells those who send miners to one of several coins whether this one has live work: each second,
 * and at once when the last coin server is gone. Belongs to one event loop.
 */
final class WorkHerald {

  /** So long a server that is there may give no work before miners had better be elsewhere. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Topics topics;
  private final String currency;
  private final BooleanSupplier served;
  private final Supplier<String> trouble;
  private final LongSupplier nanos;
  private WorkState last;
  private boolean troubled;
  private long troubledSinceNanos;

  /**
   * @param served whether any coin server is live
   * @param trouble why there is no fresh work, or empty
   */
  WorkHerald(
      Topics topics,
      String currency,
      BooleanSupplier served,
      Supplier<String> trouble,
      LongSupplier nanos) {
    this.topics = topics;
    this.currency = currency;
    this.served = served;
    this.trouble = trouble;
    this.nanos = nanos;
  }

  /** Tells in any case. */
  void tell() {
    last = state();
    topics.workState(currency).publish(last);
  }

  /** Tells if it is not what was told last. */
  void onChange() {
    if (!state().equals(last)) {
      tell();
    }
  }

  /** Tells that there will be no more work. */
  void stop() {
    topics.workState(currency).publish(new WorkState(currency, "the job manager stops"));
  }

  private WorkState state() {
    String words = trouble.get();
    boolean before = troubled;
    troubled = !words.isEmpty();
    if (troubled && !before) {
      troubledSinceNanos = nanos.getAsLong();
    }
    boolean excused =
        last != null
            && last.live()
            && served.getAsBoolean()
            && nanos.getAsLong() - troubledSinceNanos < PATIENCE.toNanos();
    return new WorkState(currency, excused ? "" : words);
  }
}
