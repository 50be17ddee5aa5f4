package io.powerpool.app;

import io.powerpool.cluster.ClusterOptions;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.vertx.core.cli.annotations.Description;
import io.vertx.core.cli.annotations.Name;
import io.vertx.core.cli.annotations.Option;
import io.vertx.core.cli.annotations.Summary;
import io.vertx.core.impl.launcher.commands.RunCommand;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Optional;

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
    if (config != null || isOurs()) {
      check(file);
    }
    if (isClustered()) {
      useCluster(cluster(file));
    }
    return file.values();
  }

  @Override
  protected void deploy() {
    if (!isOurs()) {
      super.deploy();
      return;
    }
    // What a role needs around its verticle, the journal for example, is the all-in-one's business.
    MainVerticle node =
        Role.ofVerticle(mainVerticle)
            .map(role -> new MainVerticle(Optional.of(role), instances, report -> {}))
            .orElseGet(MainVerticle::new);
    if (drain(deploymentOptions.getConfig()).wanted()) {
      Termination.after(node::drain);
    }
    vertx
        .deployVerticle(node, deploymentOptions.setInstances(1))
        .onFailure(
            cause ->
                ((PoolLauncher) executionContext.main())
                    .handleDeployFailed(vertx, mainVerticle, deploymentOptions, cause));
  }

  private boolean isOurs() {
    return mainVerticle.equals(MainVerticle.class.getName())
        || Role.ofVerticle(mainVerticle).isPresent();
  }

  private void check(ConfigFile file) {
    try {
      // The role that is run may need what the file's own roles do not.
      PoolConfig.from(withRole(file.values()));
    } catch (ConfigException e) {
      throw file.located(e);
    }
  }

  private JsonObject withRole(JsonObject values) {
    return Role.ofVerticle(mainVerticle).map(role -> role.alone(values)).orElse(values);
  }

  private static ClusterOptions cluster(ConfigFile file) {
    Section root = Section.root(NodeOptions.plain(file.values()), new Faults());
    return ClusterOptions.from(root.section("cluster"));
  }

  private static DrainOptions drain(JsonObject values) {
    return DrainOptions.from(
        Section.root(NodeOptions.plain(values), new Faults()).section("drain"));
  }

  private void useCluster(ClusterOptions cluster) {
    ((PoolLauncher) executionContext.main()).clusterWith(cluster);
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
