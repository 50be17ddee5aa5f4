package io.powerpool.jobmanager;

import java.time.Clock;

/**
 * When the jobs of one process were made, those of all its coins: each later than all before, also
 * when the clock is set back meanwhile. So a moment tells the jobs of before from those of after.
 * Belongs to one event loop.
 */
public final class JobStamps {

  private final Clock clock;
  private long last;

  public JobStamps(Clock clock) {
    this.clock = clock;
    this.last = clock.millis();
  }

  /**
   * For the next job: by the clock, in milliseconds since 1970, unless another one has had that.
   */
  public long next() {
    last = Math.max(last + 1, clock.millis());
    return last;
  }

  /** All jobs so far have this one or an earlier one, all others will have a later one. */
  public long last() {
    return last;
  }
}
