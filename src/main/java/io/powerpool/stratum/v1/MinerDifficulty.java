package io.powerpool.stratum.v1;

import io.powerpool.difficulty.DifficultyOptions;
import io.powerpool.difficulty.Vardiff;
import io.powerpool.share.PasswordArguments;
import io.powerpool.stratum.PortOptions;

/**
 * One miner's difficulty, as the port counts: what it has asked for, and where vardiff has brought
 * it since. Tells the miner nothing: that is for the session, whenever a method here returns that
 * it has changed.
 */
final class MinerDifficulty {

  private static final long NANOS_BETWEEN_RAISES = 10_000_000_000L;

  private PasswordArguments asked = PasswordArguments.NONE;
  private double suggested;
  private double minimum;
  private double resumed;

  /** Null where the difficulty is not adjusted. */
  private Vardiff vardiff;

  private double value;
  private long lastRaiseNanos;
  private boolean started;

  /**
   * @param start what holds until {@link #setUp}
   */
  MinerDifficulty(double start, long nowNanos) {
    value = start;
    lastRaiseNanos = nowNanos - NANOS_BETWEEN_RAISES;
  }

  /** The difficulty of the next job, unless a block is easier. */
  double value() {
    return value;
  }

  /** The difficulty that a resumed session had. */
  void resume(double difficulty) {
    resumed = difficulty;
  }

  /** What the first worker's password asks for. */
  void ask(PasswordArguments arguments) {
    asked = arguments;
  }

  /**
   * A suggestion of the miner.
   *
   * @return whether it is another one: firmware that repeats itself must not undo what vardiff has
   *     found since
   */
  boolean suggest(double difficulty) {
    boolean changed = difficulty != suggested;
    suggested = difficulty;
    return changed;
  }

  /**
   * The least difficulty that the miner takes.
   *
   * @return whether it is another one
   */
  boolean require(double difficulty) {
    boolean changed = difficulty != minimum;
    minimum = difficulty;
    return changed;
  }

  /** Begins anew, with what has been asked for so far. */
  void setUp(PortOptions port) {
    DifficultyOptions options = port.difficulty();
    double floor =
        Math.max(
            asked.minimum().orElse(0),
            Math.max(minimum, port.suggestionIsMinimum() ? suggested : 0));
    double start =
        suggested > 0 ? suggested : resumed > 0 ? resumed : asked.start().orElse(options.start());
    if (asked.fixed().isPresent() || options.vardiff().isEmpty()) {
      vardiff = null;
      value = Math.max(floor, asked.fixed().orElse(start));
      return;
    }
    double low = Math.max(floor, options.minimum());
    double high = Math.min(asked.maximum().orElse(options.maximum()), options.maximum());
    vardiff = new Vardiff(options.vardiff().get(), start, low, Math.max(low, high));
    started = false;
    value = vardiff.difficulty();
  }

  /** The miner has work. Time counts from the first job on: without work there is no silence. */
  void start(long nowNanos) {
    if (vardiff != null && !started) {
      started = true;
      vardiff.start(nowNanos);
    }
  }

  /**
   * An accepted share.
   *
   * @param difficulty that its job was handed out with
   */
  void onShare(double difficulty, long nowNanos) {
    if (vardiff != null) {
      vardiff.onShare(difficulty, nowNanos);
    }
  }

  /** So many connections of the miner's address, this one included, share the target rate. */
  void crowd(int connections) {
    if (vardiff != null) {
      vardiff.crowd(connections);
    }
  }

  /** Looks whether the miner has become too fast or too slow; returns whether it has. */
  boolean retarget(long nowNanos) {
    double next = vardiff == null ? Vardiff.NO_CHANGE : vardiff.retarget(nowNanos);
    if (next == Vardiff.NO_CHANGE) {
      return false;
    }
    value = next;
    return true;
  }

  /**
   * What this miner sends must become rarer, whatever its rate: the machine cannot keep up. Not
   * again before the last raise has had its effect.
   */
  boolean raise(long nowNanos) {
    if (vardiff == null || nowNanos - lastRaiseNanos < NANOS_BETWEEN_RAISES) {
      return false;
    }
    lastRaiseNanos = nowNanos;
    value = vardiff.assign(value * 2, nowNanos);
    return true;
  }
}
