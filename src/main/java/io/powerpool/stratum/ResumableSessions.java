package io.powerpool.stratum;

import io.netty.util.collection.LongObjectHashMap;
import io.powerpool.share.MiningChannel;
import io.powerpool.stratum.v1.StratumV1Session;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sessions that a miner can go on with by naming their id: it gets its extranonce1, difficulty
 * and version mask back, and what it has sent is not forgotten, so that no share counts twice.
 * Parked are those whose connection has ended. Those that are open count too: where a network has
 * vanished, the miner is back long before we notice. Thread safe: a miner may come back on another
 * event loop.
 */
public final class ResumableSessions {

  /**
   * What the miner gets back.
   *
   * @param difficulty that it had
   * @param proven whether a share of it was accepted: only then is the session parked again
   */
  public record Resumed(MiningChannel channel, double difficulty, boolean proven) {}

  /**
   * A session whose connection has ended.
   *
   * @param source only a port with jobs of the same coin or switching group can resume it
   */
  private record Parked(String source, Resumed session, long endNanos) {}

  private final SecureRandom random = new SecureRandom();
  private final LongObjectHashMap<StratumV1Session> open = new LongObjectHashMap<>(64, 0.75f);
  private final Map<Long, Parked> parked = new LinkedHashMap<>();
  private final int most;
  private final long lifetimeNanos;

  /**
   * @param most how many are parked at most
   * @param lifetimeNanos for how long
   */
  public ResumableSessions(int most, long lifetimeNanos) {
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

  /** The session id that a text stands for, if it can be one. */
  public static OptionalLong id(String text) {
    if (text.length() != 16) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(text));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  /** A connection has this session from now on. */
  public synchronized void open(long id, StratumV1Session session) {
    open.put(id, session);
  }

  /** The connection has the session no more, and it is not kept. */
  public synchronized void close(long id, StratumV1Session session) {
    if (open.get(id) == session) {
      open.remove(id);
    }
  }

  /**
   * Makes a connection the one that has an open session from now on.
   *
   * @return the connection that had it and is to hand it over, or null if none of this source has
   */
  public synchronized StratumV1Session claim(long id, String source, StratumV1Session claimant) {
    StratumV1Session holder = open.get(id);
    if (holder == null || holder == claimant || !holder.source().equals(source)) {
      return null;
    }
    open.put(id, claimant);
    return holder;
  }

  /**
   * Keeps what a connection that has ended leaves behind. Where there are too many, {@link
   * #expired} gives out the oldest.
   */
  public synchronized void park(long id, StratumV1Session session, Resumed resumed, long nowNanos) {
    close(id, session);
    parked.put(id, new Parked(session.source(), resumed, nowNanos + lifetimeNanos));
  }

  /** Takes out what is parked under this id, if it is of the source and still there. */
  public synchronized Optional<Resumed> resume(long id, String source, long nowNanos) {
    Parked found = parked.get(id);
    if (found == null || !found.source().equals(source) || found.endNanos() - nowNanos < 0) {
      return Optional.empty();
    }
    parked.remove(id);
    return Optional.of(found.session());
  }

  /** A channel that nobody has resumed. */
  record Expired(String source, MiningChannel channel) {}

  /**
   * Takes out a parked session that has waited too long or is one too many, if there is one: call
   * until there is none.
   */
  synchronized Optional<Expired> expired(long nowNanos) {
    // In the order of parking, which is the order of ending.
    var oldest = parked.values().iterator();
    if (!oldest.hasNext()) {
      return Optional.empty();
    }
    Parked first = oldest.next();
    if (first.endNanos() - nowNanos > 0 && parked.size() <= most) {
      return Optional.empty();
    }
    oldest.remove();
    return Optional.of(new Expired(first.source(), first.session().channel()));
  }

  /** How many are parked. */
  public synchronized int parked() {
    return parked.size();
  }

  /** How many are open. */
  public synchronized int open() {
    return open.size();
  }
}
