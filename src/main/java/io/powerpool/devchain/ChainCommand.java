package io.powerpool.devchain;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.CompactBits;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code chain} command: the development chain alone, for a pool in another process. */
@Command(
    name = "chain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Serves a practice chain over JSON-RPC, for a pool in another process: to try a"
            + " configuration, or to measure the pool alone. Kept in memory only.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the time asked for has passed, or Ctrl-C",
      "1:it could not be served",
      "2:the command line is wrong"
    })
public final class ChainCommand implements Callable<Integer> {

  private static final int FAILURE = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1",
      description = "The address to listen on. Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--port",
      defaultValue = "18443",
      description = "The port to listen on; 0 for any free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--user",
      defaultValue = "chain",
      description = "The user of its JSON-RPC. Default: ${DEFAULT-VALUE}")
  private String user;

  @Option(
      names = "--password",
      defaultValue = "chain",
      description = "The password of its JSON-RPC. Default: ${DEFAULT-VALUE}")
  private String password;

  @Option(
      names = {"-a", "--algorithm"},
      defaultValue = "sha256d",
      description = "The proof-of-work function. Default: ${DEFAULT-VALUE}")
  private String algorithm;

  @Option(
      names = "--bits",
      defaultValue = "207fffff",
      description =
          "How hard its blocks are, as in a header: 207fffff takes two hashes for a block,"
              + " 1f00ffff 65,536, 1e0fffff a million. Default: ${DEFAULT-VALUE}")
  private String bits;

  @Option(
      names = "--aux",
      paramLabel = "<chainId>",
      description =
          "Have it mined together with another chain, as the auxiliary chain of this id"
              + " (createauxblock). Default: it is mined alone")
  private Integer auxChainId;

  @Option(
      names = "--transactions",
      defaultValue = "0",
      description = "Invented payments per second.")
  private double transactionsPerSecond;

  @Option(
      names = "--waiting",
      defaultValue = "300",
      description =
          "No more are invented while so many wait for a block." + " Default: ${DEFAULT-VALUE}")
  private int waiting;

  @Option(
      names = "--duration",
      defaultValue = "0",
      description = "Stop after so many seconds; 0 for never.")
  private double seconds;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    DevChainServer server = server();
    Vertx vertx = Vertx.vertx();
    try {
      vertx.deployVerticle(server).toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      spec.commandLine().getErr().println("chain: " + e.getCause().getMessage());
      vertx.close();
      return FAILURE;
    }
    out.printf("chain: JSON-RPC on http://%s:****@%s:%d/%n", user, address, server.port());
    out.flush();
    CountDownLatch never = new CountDownLatch(1);
    if (seconds > 0) {
      boolean unused = never.await((long) (seconds * 1000), TimeUnit.MILLISECONDS);
    } else {
      never.await();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
    return 0;
  }

  private DevChainServer server() {
    try {
      DevChainOptions rules =
          DevChainOptions.regtest()
              .withAlgorithm(Algorithms.byName(algorithm))
              .withFixedBits(CompactBits.ofHex(bits));
      if (auxChainId != null) {
        rules = rules.withAux(AuxRules.ofChain(auxChainId));
      }
      DevChainServerOptions options =
          new DevChainServerOptions(
              address,
              port,
              user,
              password,
              transactionsPerSecond,
              waiting,
              Duration.ofSeconds(10),
              DevChainServerOptions.DEFAULT_MAX_REQUEST_BYTES);
      DevChain chain = new DevChain(rules, System.currentTimeMillis());
      return new DevChainServer(options, chain, Clock.systemUTC(), tip -> {});
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
