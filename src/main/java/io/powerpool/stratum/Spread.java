package io.powerpool.stratum;

import java.time.Duration;

/**
 * When each of many is due, spread evenly over a time; those of several event loops fall between
 * each other. Pure.
 *
 * @param count how many there are
 * @param time from the beginning of which all are due within
 * @param phase above 0 and below 1: where the first one lies in its share of the time
 */
record Spread(int count, Duration time, double phase) {

  /**
   * The golden ratio's fraction: its multiples keep away from each other, however many they are.
   */
  private static final double APART = 0.6180339887498949;

  /** Of the event loop of this number, from 0. */
  static Spread of(int count, Duration time, int instance) {
    double phase = 0.5 + instance * APART;
    return new Spread(count, time, phase - Math.floor(phase));
  }

  /** How many are due so long after the beginning. */
  int due(long elapsedNanos) {
    double places = (double) count * elapsedNanos / time.toNanos();
    return (int) Math.max(0, Math.min(count, Math.floor(places - phase) + 1));
  }
}
