package io.powerpool.jobmanager;

import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.work.JobFactory;
import java.time.Clock;
import java.time.Duration;

/**
 * Whether a job manager that stands by could make work. As a rule a live coin server is enough; but
 * when the leader cannot make work, as its server gives none though it answers, ours may be the
 * same server or have the same trouble. So then it is asked for work first: otherwise two job
 * managers would take turns at not making any. Belongs to one event loop.
 */
final class StandbyWork {

  /** So long no server may be fit, or a server owe the work asked for. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Between two questions for work. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CoinServers servers;
  private final Clock clock;
  private final JobFactory jobs;
  private final WorkTrial trial;
  private boolean fitBefore;
  private long fitNanos;
  private boolean doubtedBefore;
  private long askedNanos;

  /** When there was no doubt, or it was dispelled. */
  private long surelyNanos;

  StandbyWork(Coin coin, CoinServers servers, Clock clock) {
    this.servers = servers;
    this.clock = clock;
    this.jobs = new JobFactory(coin, 0);
    this.trial = new WorkTrial(TemplateRequest.of(coin), this::makeJob);
  }

  private void makeJob(BlockTemplate template) {
    jobs.create(template, false, clock.millis());
  }

  /**
   * Looks; to be called every few dozen milliseconds.
   *
   * @param doubted whether the leader can make no work
   */
  boolean look(boolean doubted, long nowNanos) {
    servers.toBeTried().forEach(trial::of);
    if (!doubted) {
      surelyNanos = nowNanos;
    } else if (!doubtedBefore || nowNanos - askedNanos >= PAUSE.toNanos()) {
      askedNanos = nowNanos;
      servers.best().filter(server -> !server.faulty()).ifPresent(this::ask);
    }
    doubtedBefore = doubted;
    return isServed(nowNanos) && nowNanos - surelyNanos < PATIENCE.toNanos();
  }

  private void ask(CoinServer server) {
    long nowNanos = askedNanos;
    trial
        .of(server)
        .onSuccess(
            given -> {
              if (given && nowNanos - surelyNanos > 0) {
                surelyNanos = nowNanos;
              }
            });
  }

  /** Whether there is a server that gives work, though it may be slow at the moment. */
  private boolean isServed(long nowNanos) {
    if (servers.all().stream().anyMatch(CoinServer::fit)) {
      fitBefore = true;
      fitNanos = nowNanos;
    }
    return fitBefore
        && nowNanos - fitNanos < PATIENCE.toNanos()
        && servers.live().stream().anyMatch(server -> !server.faulty());
  }
}
