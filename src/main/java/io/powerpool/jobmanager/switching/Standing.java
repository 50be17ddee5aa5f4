package io.powerpool.jobmanager.switching;

import io.powerpool.cluster.WorkState;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How one coin of a group stands: its newest job, and whether it has live work. */
final class Standing {

  /** A job manager tells each second; who misses so many has gone. */
  private static final Duration SILENCE = Duration.ofMillis(3500);

  /** So long a coin that gave no job when it was asked for one is left alone. */
  private static final Duration REST = Duration.ofSeconds(5);

  private Job job;
  private boolean unused;
  private long usedId = -1;
  private String trouble = "not heard of yet";
  private boolean heard;
  private long heardNanos;
  private boolean resting;
  private long restUntilNanos;

  /**
   * The coin has another job.
   *
   * @param handedToNobody whether no miner of the group can have it
   * @return false if it is no newer than the one before, or of a term that cannot be
   */
  boolean onJob(Job newer, boolean handedToNobody) {
    if ((job != null && newer.id() <= job.id()) || !newer.isOfPossibleTerm()) {
      return false;
    }
    job = newer;
    unused = handedToNobody && newer.id() > usedId;
    return true;
  }

  /** What its job manager says. */
  void onState(WorkState state, long nowNanos) {
    trouble = state.trouble();
    heard = true;
    heardNanos = nowNanos;
  }

  /** It was asked for a job, and none came. */
  void rest(long nowNanos) {
    resting = true;
    restUntilNanos = nowNanos + REST.toNanos();
  }

  /** The newest job, or null before the first. */
  Job job() {
    return job;
  }

  /** Whether the job builds on another block than this one, or there is none yet. */
  boolean buildsElsewhere(Job other) {
    return job == null || !job.previous().equals(other.previous());
  }

  /** Whether no miner of the group can have the newest job yet: it would find the same shares. */
  boolean unused() {
    return job != null && unused;
  }

  /** The group's miners have had this job of the coin. */
  void used(long jobId) {
    usedId = Math.max(usedId, jobId);
    unused = unused && job.id() > usedId;
  }

  /** Why miners cannot be sent there; empty if they can. */
  String trouble(long nowNanos) {
    String words = lack(nowNanos);
    resting = resting && nowNanos - restUntilNanos < 0;
    return words.isEmpty() && resting ? "it gave no new job" : words;
  }

  /** Whether the coin has work, as every node of the cluster hears. */
  boolean isLive(long nowNanos) {
    return lack(nowNanos).isEmpty();
  }

  private String lack(long nowNanos) {
    if (heard && nowNanos - heardNanos > SILENCE.toNanos()) {
      return "its job manager is not heard of any more";
    }
    return trouble.isEmpty() && job == null ? "no job yet" : trouble;
  }

  /** As people are shown it. */
  JsonObject toJson(String coin, double score, Optional<Price> price, Profitability profitability) {
    return new JsonObject()
        .put("currency", coin)
        .put("score", score)
        .put("profit", price.map(Price::profit).orElse(null))
        .put("ratio", price.map(Price::ratio).orElse(null))
        .put("height", job == null ? null : job.height())
        .put("difficulty", job == null ? null : profitability.difficulty(job.networkTarget()))
        .put("not_live", trouble(System.nanoTime()));
  }

  /** The coins that are mined together with these, by what their jobs say, sorted. */
  static List<String> mergedCoins(Map<String, Standing> standings) {
    Set<String> merged = new TreeSet<>();
    standings.values().stream()
        .map(Standing::job)
        .filter(Objects::nonNull)
        .forEach(job -> job.merged().forEach(work -> merged.add(work.currency())));
    merged.removeAll(standings.keySet());
    return List.copyOf(merged);
  }
}
