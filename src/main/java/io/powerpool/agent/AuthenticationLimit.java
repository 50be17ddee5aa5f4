package io.powerpool.agent;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many authentications of an address have failed within a minute. Each asks all nodes of the
 * cluster for a worker, so nobody may have it done as often as he likes. Belongs to one event loop.
 */
final class AuthenticationLimit {

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int most;
  private final Map<String, Failures> byAddress = new HashMap<>();

  /** Those of one address since a moment. */
  private static final class Failures {
    private final long sinceNanos;
    private int count;

    private Failures(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  /**
   * @param most in a minute; 0 for no limit
   */
  AuthenticationLimit(int most) {
    this.most = most;
  }

  /** Whether the address may try once more. */
  boolean allows(String address, long nowNanos) {
    Failures failures = byAddress.get(address);
    return failures == null
        || nowNanos - failures.sinceNanos > MINUTE_NANOS
        || failures.count < most;
  }

  void onFailure(String address, long nowNanos) {
    if (most > 0) {
      byAddress.compute(
              address,
              (key, known) ->
                  known == null || nowNanos - known.sinceNanos > MINUTE_NANOS
                      ? new Failures(nowNanos)
                      : known)
          .count++;
    }
  }

  /** Forgets what does not count any more: to be called now and then. */
  void expire(long nowNanos) {
    byAddress.values().removeIf(failures -> nowNanos - failures.sinceNanos > MINUTE_NANOS);
  }
}
