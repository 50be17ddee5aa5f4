package io.powerpool.miner;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The {@code check} command: a probe for Nagios and its like. It plays a miner from the first
 * message to a share, a worthless one, and judges the pool by how long the refusal takes.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Asks a pool to judge a worthless share, prints how long everything took, in milliseconds,"
            + " and exits as monitoring systems want it.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:warning: the share took longer than --warning",
      "2:critical: it took longer than --critical, or something failed; also a wrong command line"
    })
public final class CheckCommand implements Callable<Integer> {

  /** The original's name; pools may want to keep it out of their statistics. */
  private static final String USER = "testing";

  private static final int OK = 0;
  private static final int WARNING = 1;
  private static final int CRITICAL = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-s", "--server"},
      defaultValue = "127.0.0.1",
      description = "The pool's host. Default: ${DEFAULT-VALUE}")
  private String server;

  @Option(
      names = {"-p", "--port"},
      defaultValue = "3333",
      description = "The pool's port. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = {"-w", "--warning"},
      defaultValue = "100",
      description =
          "Milliseconds for a share from which on it is a warning." + " Default: ${DEFAULT-VALUE}")
  private double warningMillis;

  @Option(
      names = {"-c", "--critical"},
      defaultValue = "200",
      description =
          "Milliseconds for a share from which on it is critical." + " Default: ${DEFAULT-VALUE}")
  private double criticalMillis;

  @Option(
      names = {"-t", "--timeout"},
      defaultValue = "10",
      description = "Seconds after which the whole has failed. Default: ${DEFAULT-VALUE}")
  private double timeoutSeconds;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Vertx vertx = Vertx.vertx();
    try {
      Timings timings =
          new Probe()
              .run(vertx)
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout((long) (timeoutSeconds * 1000), TimeUnit.MILLISECONDS)
              .join();
      int severity = severity(timings.shareMillis());
      out.println(timings.line(severity));
      return severity;
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      out.println(
          "STRATUM crit - " + (cause.getMessage() == null ? "timeout" : cause.getMessage()));
      return CRITICAL;
    } finally {
      out.flush();
      vertx.close();
    }
  }

  private int severity(double shareMillis) {
    if (shareMillis >= criticalMillis) {
      return CRITICAL;
    }
    return shareMillis >= warningMillis ? WARNING : OK;
  }

  /** One conversation, with the clock read after every step. */
  private final class Probe implements PoolEvents {

    private final Promise<ClientJob> job = Promise.promise();
    private StratumClient client;
    private Subscription subscription;
    private long started;
    private long subscribed;
    private long authorized;
    private long notified;

    Future<Timings> run(Vertx vertx) {
      return StratumClient.connect(vertx, server, port, this)
          .compose(
              connected -> {
                client = connected;
                started = System.nanoTime();
                return client.subscribe(CpuMiner.USER_AGENT, "");
              })
          .compose(
              answer -> {
                subscription = answer;
                subscribed = System.nanoTime();
                return client.authorize(USER, "");
              })
          .compose(
              nothing -> {
                authorized = System.nanoTime();
                return job.future();
              })
          .compose(
              work -> {
                notified = System.nanoTime();
                String extranonce2 = "00".repeat(subscription.extranonce2Size());
                // A job that nobody has handed out: at no difficulty can this be a share.
                return client.submit(USER, "bogus", extranonce2, "00000000", "00000000");
              })
          .compose(this::judge);
    }

    private Future<Timings> judge(Reply reply) {
      long judged = System.nanoTime();
      client.close();
      if (!reply.isError()) {
        return Future.failedFuture(
            new StratumException("a bogus share was answered with " + reply.reason()));
      }
      return Future.succeededFuture(
          new Timings(
              millis(notified, judged),
              millis(authorized, notified),
              millis(started, subscribed),
              millis(subscribed, authorized)));
    }

    @Override
    public void onJob(ClientJob next) {
      job.tryComplete(next);
    }

    @Override
    public void onClose() {
      job.tryFail(new StratumException("the pool has hung up before it sent work"));
    }
  }

  private static double millis(long from, long to) {
    return (to - from) / 1e6;
  }

  /** Milliseconds of every step. */
  private record Timings(
      double shareMillis, double notifyMillis, double subscribeMillis, double authorizeMillis) {

    private static final String[] WORDS = {"ok", "warn", "crit"};

    String line(int severity) {
      return String.format(
          Locale.ROOT,
          "STRATUM %s - Share processed in %.3f ms"
              + " | share_proc=%.3f notif=%.3f subscribe=%.3f auth=%.3f",
          WORDS[severity],
          shareMillis,
          shareMillis,
          notifyMillis,
          subscribeMillis,
          authorizeMillis);
    }
  }
}
