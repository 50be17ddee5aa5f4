package io.powerpool.signal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many orders each address may send: a second's allowance at once, and as many again per
 * second. Keeps a bounded number of addresses, those that sent last. Used by one thread.
 */
final class SourceLimiter {

  private static final int MAX_SOURCES = 1024;

  private final int perSecond;
  private final Map<String, Allowance> sources =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
          return size() > MAX_SOURCES;
        }
      };

  private static final class Allowance {
    private double left;
    private long sinceNanos;
  }

  SourceLimiter(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Whether the address may send one more; it counts as sent then. */
  boolean admit(String source, long nowNanos) {
    Allowance allowance = sources.get(source);
    if (allowance == null) {
      allowance = new Allowance();
      allowance.left = perSecond;
      sources.put(source, allowance);
    } else {
      double seconds = (double) (nowNanos - allowance.sinceNanos) / TimeUnit.SECONDS.toNanos(1);
      allowance.left = Math.min(perSecond, allowance.left + seconds * perSecond);
    }
    allowance.sinceNanos = nowNanos;
    if (allowance.left < 1) {
      return false;
    }
    allowance.left--;
    return true;
  }
}
