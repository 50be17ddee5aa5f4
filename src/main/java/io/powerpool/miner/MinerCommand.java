package io.powerpool.miner;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code miner} command: the CPU miner against any Stratum address. */
@Command(
    name = "miner",
    mixinStandardHelpOptions = true,
    description = "Mines with the CPU at a Stratum v1 pool.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the shares asked for were accepted, or the time asked for has passed",
      "1:the time has passed without the shares asked for",
      "2:the command line is wrong"
    })
public final class MinerCommand implements Callable<Integer> {

  private static final int SHARES_MISSING = 1;
  private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "URL",
      defaultValue = "stratum+tcp://127.0.0.1:3333",
      description = "The pool: stratum+tcp://HOST:PORT. Default: ${DEFAULT-VALUE}")
  private String url;

  @Option(
      names = {"-u", "--user"},
      defaultValue = "miner",
      description = "Whom to credit: ADDRESS or ADDRESS.WORKER. Default: ${DEFAULT-VALUE}")
  private String user;

  @Option(
      names = {"-p", "--password"},
      defaultValue = "x",
      description = "Pools read arguments there, as -d 0.001. Default: ${DEFAULT-VALUE}")
  private String password;

  @Option(
      names = {"-a", "--algorithm"},
      defaultValue = "sha256d",
      description = "The proof-of-work function. Default: ${DEFAULT-VALUE}")
  private String algorithm;

  @Option(
      names = {"-t", "--threads"},
      defaultValue = "1",
      description = "Hashing threads. Default: ${DEFAULT-VALUE}")
  private int threads;

  @Option(
      names = {"-l", "--limit"},
      defaultValue = "0",
      description = "The most hashes per second, all threads together; 0 for no limit.")
  private double limit;

  @Option(
      names = {"-d", "--duration"},
      defaultValue = "0",
      description = "Stop after so many seconds; 0 for never.")
  private double seconds;

  @Option(
      names = {"-n", "--shares"},
      defaultValue = "0",
      description = "Stop after so many accepted shares; 0 for never.")
  private long shares;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Algorithm function = function();
    MinerOptions options = options();
    Vertx vertx = Vertx.vertx();
    CountDownLatch missing = new CountDownLatch((int) Math.min(shares, Integer.MAX_VALUE));
    CpuMiner miner = new CpuMiner(vertx, function, options, new Narrator(out, missing));
    long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    miner.start();
    boolean done = false;
    while (!done && (seconds <= 0 || end - System.nanoTime() > 0)) {
      long pause = TOLD_EVERY.toNanos();
      long left = seconds <= 0 ? pause : Math.min(pause, end - System.nanoTime());
      if (shares > 0) {
        done = missing.await(left, TimeUnit.NANOSECONDS);
      } else {
        TimeUnit.NANOSECONDS.sleep(left);
      }
      tell(out, join(miner.statistics()));
    }
    join(miner.stop());
    join(vertx.close());
    return shares > 0 && !done ? SHARES_MISSING : 0;
  }

  private Algorithm function() {
    try {
      return Algorithms.byName(algorithm);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private MinerOptions options() {
    try {
      StratumAddress pool = StratumAddress.parse(url);
      return MinerOptions.of(pool.host(), pool.port(), user, password)
          .withThreads(threads)
          .withHashesPerSecond(limit);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static void tell(PrintWriter out, MinerStatistics statistics) {
    out.printf(
        "%s, %d accepted, %d rejected%s%n",
        HashRate.of(statistics.hashRate()),
        statistics.accepted(),
        statistics.rejectedTotal(),
        statistics.rejected().isEmpty() ? "" : " " + statistics.rejected());
    out.flush();
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /** Tells on the terminal what happens. */
  private record Narrator(PrintWriter out, CountDownLatch missing) implements MinerListener {

    @Override
    public void onConnected(String host, int port) {
      say("connected to " + host + ":" + port);
    }

    @Override
    public void onDisconnected(String reason) {
      say("disconnected: " + reason);
    }

    @Override
    public void onJob(ClientJob job, double difficulty) {
      if (job.clean()) {
        say("new block, " + job + ", difficulty " + difficulty);
      }
    }

    @Override
    public void onAccepted(FoundShare share) {
      missing.countDown();
    }

    @Override
    public void onRejected(FoundShare share, String reason) {
      say("share rejected: " + reason);
    }

    @Override
    public void onMessage(String text) {
      say("the pool says: " + text);
    }

    private void say(String line) {
      out.println(line);
      out.flush();
    }
  }
}
