package io.powerpool.stratum;

import java.util.function.LongSupplier;

/**
 * The two clocks: one for intervals, one for records.
 *
 * @param nanos monotonic
 * @param epochMillis milliseconds since 1970
 */
public record Clocks(LongSupplier nanos, LongSupplier epochMillis) {

  /** The machine's. */
  public static final Clocks SYSTEM = new Clocks(System::nanoTime, System::currentTimeMillis);

  public long nowNanos() {
    return nanos.getAsLong();
  }

  public long nowMillis() {
    return epochMillis.getAsLong();
  }
}
