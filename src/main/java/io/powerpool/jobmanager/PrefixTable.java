package io.powerpool.jobmanager;

import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.PrefixGrant;
import io.powerpool.cluster.PrefixGrant.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Which stratum node may use which prefix of the extranonces with the jobs of this process. There
 * is one for all its coins.
 *
 * <p>That no extranonce is handed out twice with one job does not depend on how long jobs live: who
 * gets a prefix that another had is told up to which of the {@link JobStamps} jobs were the
 * other's. Nor does it depend on the clock, which may be set back. A prefix is another's at the
 * earliest when the {@link PrefixGrant#LEASE} of its holder is over. As a rule it rests longer, so
 * that a node that was cut off for a while finds it still its own.
 *
 * <p>Knows neither network nor clock; one owner, not thread safe.
 */
public final class PrefixTable {

  /** Clocks of two machines do not run alike; this much in the lease's time is far beyond that. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private static final long LEASE_NANOS = PrefixGrant.LEASE.plus(MARGIN).toNanos();

  /** The extranonces that begin with these bits; nodes may be configured with different lengths. */
  private record Prefix(int bits, int value) {

    boolean overlaps(Prefix other) {
      int common = Math.min(bits, other.bits);
      return value >>> (bits - common) == other.value >>> (other.bits - common);
    }
  }

  private static final class Entry {
    private final String node;
    private final long process;
    private final long fromMillis;
    private boolean used;

    /** Whether another process of the same node has come since: this one is gone, not cut off. */
    private boolean succeeded;

    private long restNanos;
    private long heardNanos;

    /** The newest job's when the lease was found to be over: what is made later is not its own. */
    private OptionalLong lastStamp = OptionalLong.empty();

    private Entry(String node, long process, long fromMillis) {
      this.node = node;
      this.process = process;
      this.fromMillis = fromMillis;
    }

    private void lookAtLease(long nowNanos, long stamp) {
      if (lastStamp.isEmpty() && nowNanos - heardNanos >= LEASE_NANOS) {
        lastStamp = OptionalLong.of(stamp);
      }
    }

    private boolean isOver(long nowNanos) {
      long rest = succeeded ? LEASE_NANOS : Math.max(restNanos, LEASE_NANOS);
      return nowNanos - heardNanos >= rest;
    }
  }

  private final long own;
  private final Map<Prefix, Entry> entries = new HashMap<>();

  /** Up to which stamp jobs may have been made that a prefix was used with. */
  private final Map<Prefix, Long> usedUntil = new HashMap<>();

  private final Map<Long, Long> sequences = new HashMap<>();

  /**
   * @param process the one whose job managers this is about
   */
  public PrefixTable(long process) {
    this.own = process;
  }

  /**
   * Answers a claim.
   *
   * @param nowNanos for intervals
   * @param stamp the {@link JobStamps#last} of this process's jobs
   */
  public PrefixGrant claim(PrefixClaim claim, long nowNanos, long stamp) {
    endWhatIsOver(nowNanos, stamp);
    if (claim.sequence() < sequences.getOrDefault(claim.process(), Long.MIN_VALUE)) {
      return new PrefixGrant(own, Place.NONE, Place.NONE, taken(claim));
    }
    sequences.put(claim.process(), claim.sequence());
    noteSuccessor(claim);
    endWhatIsGivenUp(claim, stamp);
    Place held = take(claim, claim.held(), true, nowNanos);
    Place wish = claim.wish() == claim.held() ? held : take(claim, claim.wish(), false, nowNanos);
    return new PrefixGrant(own, held, wish, taken(claim));
  }

  private void endWhatIsOver(long nowNanos, long stamp) {
    List<Prefix> over = new ArrayList<>();
    entries.forEach(
        (prefix, entry) -> {
          entry.lookAtLease(nowNanos, stamp);
          if (entry.isOver(nowNanos)) {
            over.add(prefix);
          }
        });
    for (Prefix prefix : over) {
      // What was granted last may be in use, though that was never told. None is over before its
      // lease is.
      usedUntil.merge(prefix, entries.remove(prefix).lastStamp.orElseThrow(), Math::max);
    }
    if (!over.isEmpty()) {
      sequences.keySet().removeIf(process -> entries.values().stream().noneMatch(of(process)));
    }
  }

  private static Predicate<Entry> of(long process) {
    return entry -> entry.process == process;
  }

  private void noteSuccessor(PrefixClaim claim) {
    for (Entry entry : entries.values()) {
      if (entry.node.equals(claim.node()) && entry.process != claim.process()) {
        entry.succeeded = true;
      }
    }
  }

  /** Who says itself that it uses a prefix no more need not be waited for. */
  private void endWhatIsGivenUp(PrefixClaim claim, long stamp) {
    List<Prefix> gone = new ArrayList<>();
    entries.forEach(
        (prefix, entry) -> {
          boolean kept =
              prefix.bits == claim.bits()
                  && (prefix.value == claim.held() || prefix.value == claim.wish());
          if (entry.process == claim.process() && !kept) {
            gone.add(prefix);
          }
        });
    for (Prefix prefix : gone) {
      if (entries.remove(prefix).used) {
        usedUntil.merge(prefix, stamp, Math::max);
      }
    }
  }

  private Place take(PrefixClaim claim, int value, boolean used, long nowNanos) {
    if (value == PrefixClaim.NONE) {
      return Place.NONE;
    }
    Prefix wanted = new Prefix(claim.bits(), value);
    for (Map.Entry<Prefix, Entry> one : entries.entrySet()) {
      if (one.getValue().process != claim.process() && one.getKey().overlaps(wanted)) {
        return new Place(false, 0, one.getValue().node);
      }
    }
    Entry entry =
        entries.computeIfAbsent(
            wanted, key -> new Entry(claim.node(), claim.process(), usedUntil(wanted)));
    entry.used |= used;
    entry.restNanos = Duration.ofMillis(claim.restMillis()).toNanos();
    entry.heardNanos = nowNanos;
    entry.lastStamp = OptionalLong.empty();
    return new Place(true, entry.fromMillis, "");
  }

  private long usedUntil(Prefix wanted) {
    long until = 0;
    for (Map.Entry<Prefix, Long> one : usedUntil.entrySet()) {
      if (one.getKey().overlaps(wanted)) {
        until = Math.max(until, one.getValue());
      }
    }
    return until;
  }

  /** Those of the claimant's length that it cannot have. */
  private BitSet taken(PrefixClaim claim) {
    BitSet taken = new BitSet();
    entries.forEach(
        (prefix, entry) -> {
          if (entry.process == claim.process()) {
            return;
          }
          if (prefix.bits >= claim.bits()) {
            taken.set(prefix.value >>> (prefix.bits - claim.bits()));
          } else {
            int more = claim.bits() - prefix.bits;
            taken.set(prefix.value << more, (prefix.value + 1) << more);
          }
        });
    return taken;
  }
}
