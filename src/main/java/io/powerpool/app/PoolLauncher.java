package io.powerpool.app;

import com.hazelcast.core.HazelcastException;
import io.powerpool.cluster.ClusterOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.process.OutOfMemory;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Launcher;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.cli.CLI;
import io.vertx.core.cli.CLIException;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.net.BindException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's launcher ({@code run}, {@code bare}, {@code start}, {@code stop}, {@code list}) with our
 * configuration file, our cluster settings, and an exit code that tells whether it worked.
 */
final class PoolLauncher extends Launcher {

  private static final Logger log = LoggerFactory.getLogger(PoolLauncher.class);

  private final PrintStream err;
  private Optional<ClusterOptions> cluster = Optional.empty();
  private boolean misused;

  PoolLauncher(PrintStream err) {
    this.err = err;
    register(PoolRunCommand.class, PoolRunCommand::new);
  }

  /** Whether the last command line was wrong, which the stock launcher tells only in words. */
  boolean misused() {
    return misused;
  }

  /**
   * To be called before Vert.x is started, if it is to be clustered.
   *
   * @throws ConfigException if the options' file cannot be used
   */
  void clusterWith(ClusterOptions options) {
    options.toHazelcast();
    cluster = Optional.of(options);
  }

  @Override
  public void execute(String command, String... arguments) {
    if ("bare".equals(command)) {
      Section none = Section.root(Map.of(), new Faults());
      clusterWith(ClusterOptions.from(none));
    }
    super.execute(command, arguments);
  }

  @Override
  public VertxBuilder createVertxBuilder(JsonObject config) {
    VertxBuilder builder = config == null ? new VertxBuilder() : new VertxBuilder(config);
    try {
      return cluster
          .map(options -> builder.clusterManager(options.toClusterManager()))
          .orElse(builder);
    } catch (HazelcastException | IllegalStateException e) {
      log.error("The cluster cannot be joined: {}", e.getMessage());
      System.exit(ExitCode.FAILURE);
      throw e;
    }
  }

  @Override
  public void beforeStartingVertx(VertxOptions options) {
    options.setPreferNativeTransport(true);
    cluster.ifPresent(each -> each.applyTo(options.getEventBusOptions()));
  }

  @Override
  public void afterStartingVertx(Vertx vertx) {
    vertx.exceptionHandler(
        error -> {
          OutOfMemory.check(error);
          log.error("unhandled exception", error);
        });
    log.info(
        "Vert.x is up on Java {}, network transport: {}, {}",
        Runtime.version().feature(),
        vertx.isNativeTransportEnabled() ? "native (epoll)" : "NIO",
        vertx.isClustered() ? "clustered" : "not clustered");
  }

  @Override
  public void handleDeployFailed(
      Vertx vertx, String verticle, DeploymentOptions options, Throwable cause) {
    Termination.exit(describe(verticle, cause));
  }

  private int describe(String verticle, Throwable cause) {
    if (cause instanceof ConfigException) {
      err.println(cause.getMessage());
      return ExitCode.USAGE;
    }
    if (cause instanceof ClassNotFoundException) {
      err.println("There is no verticle " + verticle);
      return ExitCode.USAGE;
    }
    if (cause instanceof BindException) {
      err.println(verticle + " could not start: " + cause.getMessage());
      return ExitCode.FAILURE;
    }
    log.error("{} could not start", verticle, cause);
    return ExitCode.FAILURE;
  }

  @Override
  protected void printCommandNotFound(String command) {
    misused = true;
    super.printCommandNotFound(command);
  }

  @Override
  protected void printGenericExecutionError(CLI cli, CLIException e) {
    misused = true;
    err.println(e.getMessage());
  }

  @Override
  protected void printSpecificException(CLI cli, Exception e) {
    misused = true;
    err.println(e.getMessage());
    err.println("See " + getCommandLinePrefix() + " " + cli.getName() + " --help");
  }
}
