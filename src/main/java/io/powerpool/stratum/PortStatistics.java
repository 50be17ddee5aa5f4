package io.powerpool.stratum;

import io.powerpool.share.Verdict;
import io.powerpool.statistics.Counters;
import io.powerpool.statistics.HashrateMeter;
import io.powerpool.statistics.RollingCounter;
import io.powerpool.work.Job;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What one port counts on one event loop, under PowerPool's names. Belongs to the event loop. */
public final class PortStatistics {

  private final Counters counters;
  private final HashrateMeter hashrate;
  private final RollingCounter connects;
  private final RollingCounter disconnects;
  private final RollingCounter unknownErrors;
  private final RollingCounter notAuthorized;
  private final RollingCounter notSubscribed;
  private final Map<Verdict, RollingCounter> shares = new EnumMap<>(Verdict.class);
  private final Map<Verdict, RollingCounter> difficulties = new EnumMap<>(Verdict.class);
  private final Map<String, Long> closed = new TreeMap<>();
  private long donations;
  private Job lastFlush;
  private long lastFlushMillis;

  PortStatistics(String component, long nowNanos) {
    counters = new Counters("StratumServer_" + component);
    hashrate = new HashrateMeter(nowNanos);
    connects = counters.perSecond("stratum_connects", nowNanos);
    disconnects = counters.perSecond("stratum_disconnects", nowNanos);
    unknownErrors = counters.perSecond("unk_err", nowNanos);
    notAuthorized = counters.perSecond("not_authed_err", nowNanos);
    notSubscribed = counters.perSecond("not_subbed_err", nowNanos);
    register(Verdict.ACCEPTED, "acc_share", nowNanos);
    register(Verdict.LOW_DIFFICULTY, "reject_low_share", nowNanos);
    register(Verdict.DUPLICATE, "reject_dup_share", nowNanos);
    register(Verdict.STALE, "reject_stale_share", nowNanos);
    register(Verdict.INVALID, "reject_invalid_share", nowNanos);
  }

  private void register(Verdict verdict, String name, long nowNanos) {
    shares.put(verdict, counters.perSecond(name + "_count", nowNanos));
    difficulties.put(verdict, counters.perSecond(name + "_n1", nowNanos));
  }

  public Counters counters() {
    return counters;
  }

  public HashrateMeter hashrate() {
    return hashrate;
  }

  public void onShare(Verdict verdict, double difficulty, long nowNanos) {
    shares.get(verdict).add(1, nowNanos);
    difficulties.get(verdict).add(difficulty, nowNanos);
    if (verdict == Verdict.ACCEPTED) {
      hashrate.add(difficulty, nowNanos);
    }
  }

  public void onConnect(long nowNanos) {
    connects.add(1, nowNanos);
  }

  public void onDisconnect(long nowNanos) {
    disconnects.add(1, nowNanos);
  }

  public void onUnknownError(long nowNanos) {
    unknownErrors.add(1, nowNanos);
  }

  public void onNotAuthorized(long nowNanos) {
    notAuthorized.add(1, nowNanos);
  }

  public void onNotSubscribed(long nowNanos) {
    notSubscribed.add(1, nowNanos);
  }

  public void onClosed(CloseReason reason) {
    onClosed(reason.label());
  }

  void onClosed(String label) {
    closed.merge(label, 1L, Long::sum);
  }

  /** How often we hung up, by reason. */
  public Map<String, Long> closed() {
    return closed;
  }

  /** A miner whose name stood for nobody. */
  public void onDonation() {
    donations++;
  }

  public long donations() {
    return donations;
  }

  void onJob(Job job, long nowMillis, long nowNanos) {
    if (job.clean() || lastFlush == null) {
      lastFlush = job;
      lastFlushMillis = nowMillis;
    }
  }

  /** The last job that made miners drop their work, or null before the first. */
  public Job lastFlush() {
    return lastFlush;
  }

  public long lastFlushMillis() {
    return lastFlushMillis;
  }
}
