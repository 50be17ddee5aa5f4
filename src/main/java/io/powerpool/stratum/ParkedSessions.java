package io.powerpool.stratum;

import io.powerpool.share.MiningChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions whose connection has ended, to be resumed by a miner that names its session id: it gets
 * its extranonce1, difficulty and version mask back, and what it has sent is not forgotten, so that
 * no share counts twice. Thread safe: a miner may come back on another event loop.
 */
public final class ParkedSessions {

  /**
   * A session that waits.
   *
   * @param currency only a port of the same coin can resume it
   */
  public record Parked(String currency, MiningChannel channel, double difficulty, long endNanos) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Parked> parked = new LinkedHashMap<>();
  private final int most;
  private final long lifetimeNanos;

  public ParkedSessions(int most, long lifetimeNanos) {
    this.most = most;
    this.lifetimeNanos = lifetimeNanos;
  }

  /** A new session id; not to be guessed, for it is all that a stranger would need. */
  public long newId() {
    return random.nextLong();
  }

  /** A session id as miners see it: 16 hexadecimal digits. */
  public static String text(long id) {
    return HexFormat.of().toHexDigits(id);
  }

  /** Keeps a session. Where there are too many, {@link #expired} gives out the oldest. */
  public synchronized void park(
      long id, String currency, MiningChannel channel, double difficulty, long nowNanos) {
    parked.put(id, new Parked(currency, channel, difficulty, nowNanos + lifetimeNanos));
  }

  /** Takes a session out, if this text names one of the coin that is still there. */
  public synchronized Optional<Parked> resume(String text, String currency, long nowNanos) {
    if (text.length() != 16) {
      return Optional.empty();
    }
    long id;
    try {
      id = Long.parseUnsignedLong(text, 16);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    Parked found = parked.get(id);
    if (found == null || !found.currency().equals(currency) || found.endNanos() - nowNanos < 0) {
      return Optional.empty();
    }
    parked.remove(id);
    return Optional.of(found);
  }

  /**
   * Takes out a session that has waited too long or is one too many, if there is one: call until
   * there is none.
   */
  public synchronized Optional<Parked> expired(long nowNanos) {
    // In the order of parking, which is the order of ending.
    var oldest = parked.entrySet().iterator();
    if (!oldest.hasNext()) {
      return Optional.empty();
    }
    Parked first = oldest.next().getValue();
    if (first.endNanos() - nowNanos > 0 && parked.size() <= most) {
      return Optional.empty();
    }
    oldest.remove();
    return Optional.of(first);
  }

  /** How many wait. */
  public synchronized int size() {
    return parked.size();
  }
}
