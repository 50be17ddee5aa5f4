package io.powerpool.app;

import io.powerpool.cluster.ClusterOptions;
import io.powerpool.config.ConfigException;
import io.vertx.core.cli.annotations.Description;
import io.vertx.core.cli.annotations.Name;
import io.vertx.core.cli.annotations.Option;
import io.vertx.core.cli.annotations.Summary;
import io.vertx.core.impl.launcher.commands.RunCommand;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;

/**
 * Vert.x's {@code run} with a YAML configuration that is checked as a whole before anything starts.
 * The stock command takes only JSON and writes what it cannot read, secrets included, to the log.
 */
@Name("run")
@Summary("Runs one verticle, or all of them together with io.powerpool.app.MainVerticle.")
public final class PoolRunCommand extends RunCommand {

  @Override
  @Option(longName = "conf", argName = "config")
  @Description("The configuration: a YAML (or JSON) file, or JSON text.")
  public void setConfig(String configuration) {
    super.setConfig(configuration);
  }

  @Override
  protected JsonObject getConfiguration() {
    ConfigFile file = config == null ? ConfigFile.ofJson(new JsonObject()) : file(config);
    PoolConfig pool;
    try {
      // Without a file only the all-in-one can say what is missing.
      pool = config == null ? PoolConfig.defaults() : PoolConfig.from(file.values());
    } catch (ConfigException e) {
      throw file.located(e);
    }
    if (isClustered()) {
      useCluster(pool.cluster());
    }
    return file.values();
  }

  private void useCluster(ClusterOptions cluster) {
    ((PoolLauncher) executionContext.main()).clusterWith(cluster.toHazelcast());
    if (clusterHost == null) {
      clusterHost = cluster.address();
    }
    if (clusterPort == 0) {
      clusterPort = cluster.busPort();
    }
  }

  private static ConfigFile file(String config) {
    if (!config.startsWith("{")) {
      return ConfigFile.load(Path.of(config));
    }
    try {
      return ConfigFile.ofJson(new JsonObject(config));
    } catch (DecodeException e) {
      // Its message would quote the text, which may hold a password.
      throw new ConfigException("-conf: is neither a file nor a JSON object");
    }
  }
}
