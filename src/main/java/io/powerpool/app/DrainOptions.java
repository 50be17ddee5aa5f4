package io.powerpool.app;

import io.powerpool.config.Section;
import java.time.Duration;

/**
 * How a node goes out of service when it is asked to end (SIGTERM).
 *
 * @param time within which its miners are sent away; zero to end at once
 * @param flushTimeout how long the outcomes of the miners' blocks may take afterwards, and then as
 *     long again the reporters for what is in the journal
 */
record DrainOptions(Duration time, Duration flushTimeout) {

  /** Reads the section {@code drain}. */
  static DrainOptions from(Section section) {
    return new DrainOptions(
        section.duration("time", Duration.ZERO, Duration.ZERO, Duration.ofHours(1)),
        section.duration(
            "flush_timeout", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(10)));
  }

  /** Whether it drains at all. */
  boolean wanted() {
    return !time.isZero();
  }
}
