package io.powerpool.testing.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What one scenario has to tell: figures for people, and promises that were broken. */
public final class Figures {

  private final List<String> words = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final List<String> unproven = new ArrayList<>();

  /** Something worth knowing. */
  public void add(String text) {
    words.add(text);
  }

  /** Times, ascending: the one in the middle, the 99th of a hundred, the last. */
  public void add(String name, long[] nanos) {
    words.add(name + " " + spread(nanos));
  }

  /**
   * Times of which the 99th of a hundred has to be shorter than the limit, and none endless. What
   * exceeds it by no more than those who measured were held up has to be measured again.
   *
   * @param lag how long those who measured were held up themselves
   */
  public void add(String name, long[] nanos, Duration limit, Duration lag) {
    words.add("%s %s (test held up %s s)".formatted(name, spread(nanos), seconds(lag.toNanos())));
    if (nanos.length == 0) {
      fault("nobody was there for: " + name);
    } else if (nanos[nanos.length - 1] == Long.MAX_VALUE) {
      long never = Arrays.stream(nanos).filter(time -> time == Long.MAX_VALUE).count();
      fault("%s: never for %d of %d".formatted(name, never, nanos.length));
    } else if (p99(nanos) >= limit.toNanos()) {
      String text = "%s: %s, limit %s s".formatted(name, spread(nanos), seconds(limit.toNanos()));
      if (p99(nanos) - lag.toNanos() < limit.toNanos()) {
        again(text);
      } else {
        fault(text);
      }
    }
  }

  /** A promise that was broken. */
  public void fault(String text) {
    faults.add(text);
  }

  /** Why it has to be run again: what was to be tried has not come about. */
  public void again(String text) {
    unproven.add(text);
  }

  /** What took longer than it may as the test itself was held up, and what did not come about. */
  List<String> unproven() {
    return unproven;
  }

  List<String> words() {
    return words;
  }

  List<String> faults() {
    return faults;
  }

  static String spread(long[] nanos) {
    return nanos.length == 0
        ? "of nobody"
        : String.format(
            Locale.ROOT,
            "p50 %s p99 %s max %s s",
            seconds(nanos[nanos.length / 2]),
            seconds(p99(nanos)),
            seconds(nanos[nanos.length - 1]));
  }

  private static long p99(long[] nanos) {
    return nanos[(int) ((nanos.length - 1) * 0.99)];
  }

  private static String seconds(long nanos) {
    return nanos == Long.MAX_VALUE ? "never" : String.format(Locale.ROOT, "%.2f", nanos / 1e9);
  }
}
