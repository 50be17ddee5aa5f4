package io.powerpool.stratum;

import io.powerpool.cluster.Beat;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.Topics;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims a node's extranonce prefix with every job manager of the cluster. To be deployed once per
 * node, before its stratum verticles, and only in a cluster.
 */
public final class PrefixVerticle extends AbstractVerticle {

  private static final Logger LOG = LoggerFactory.getLogger(PrefixVerticle.class);

  private static final long TICK_MILLIS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PATIENCE_AT_END = Duration.ofMillis(500);

  private final PrefixLease lease;
  private Leaders leaders;
  private Topics topics;
  private int prefix = PrefixClaim.NONE;
  private String trouble = "";
  private long ticks;

  public PrefixVerticle(PrefixLease lease) {
    this.lease = lease;
  }

  @Override
  public void start() {
    topics = Topics.of(vertx);
    leaders = Leaders.of(vertx);
    ticks = vertx.setPeriodic(TICK_MILLIS, timer -> onTick());
  }

  /** The miners are gone: so another process of this node need not wait. */
  @Override
  public void stop(Promise<Void> stopped) {
    vertx.cancelTimer(ticks);
    PrefixClaim last = lease.end();
    List<Future<?>> told = new ArrayList<>();
    candidates()
        .values()
        .forEach(node -> told.add(topics.extranonces(node).ask(last, PATIENCE_AT_END)));
    Future.join(told).<Void>mapEmpty().otherwiseEmpty().onComplete(stopped);
  }

  private void onTick() {
    Map<Long, String> candidates = candidates();
    lease.onCandidates(candidates, System.nanoTime());
    if (lease.isClaimDue(System.nanoTime())) {
      PrefixClaim claim = lease.claim(System.nanoTime());
      candidates.values().forEach(node -> ask(node, claim));
    }
    tell();
  }

  private Map<Long, String> candidates() {
    Map<Long, String> candidates = new HashMap<>();
    for (Beat beat : leaders.candidates()) {
      candidates.put(beat.process(), beat.node());
    }
    return candidates;
  }

  private void ask(String node, PrefixClaim claim) {
    long sentNanos = System.nanoTime();
    topics
        .extranonces(node)
        .ask(claim, PATIENCE)
        .onSuccess(grant -> lease.onGrant(claim, grant, sentNanos, System.nanoTime()))
        .onFailure(
            error -> LOG.debug("{} does not answer about extranonces: {}", node, error.toString()));
  }

  private void tell() {
    if (lease.prefix() != prefix) {
      LOG.info(
          prefix == PrefixClaim.NONE
              ? "the extranonces of this node begin with prefix {}"
              : "the extranonces of this node begin with prefix {} from now on: "
                  + "another node has the former one",
          lease.prefix());
      prefix = lease.prefix();
    }
    String words = lease.trouble();
    if (!words.equals(trouble)) {
      trouble = words;
      if (!words.isEmpty()) {
        LOG.error("{}", words);
      }
    }
  }
}
