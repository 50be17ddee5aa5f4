package io.powerpool.app;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a configuration file comes to, or whether it can be used. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Prints the configuration in effect: the file, overridden by environment and system"
            + " properties, defaults filled in, secrets hidden.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the configuration can be used", "2:it cannot; every fault is listed"})
final class ConfigCommand implements Callable<Integer> {

  @Option(names = "--check", description = "Only tell whether the file can be used.")
  private boolean check;

  @Parameters(paramLabel = "FILE", description = "The YAML file, for example conf/pool.yaml.")
  private Path path;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ConfigFile file = ConfigFile.load(path);
    Faults faults = new Faults();
    Section root = Section.root(NodeOptions.plain(file.values()), faults);
    PoolConfig.from(root);
    try {
      faults.throwIfAny();
    } catch (ConfigException e) {
      throw file.located(e);
    }
    if (check) {
      out.println(path + ": can be used");
    } else {
      out.print(yaml(root.effective()));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String yaml(Map<String, Object> values) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    // The YAML writer refers to an object that it has met before instead of writing it again.
    return new Yaml(options).dump(copy(values));
  }

  private static Object copy(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key, copy(inner)));
      return copy;
    }
    if (value instanceof List<?> list) {
      return list.stream()
          .map(ConfigCommand::copy)
          .collect(Collectors.toCollection(ArrayList::new));
    }
    return value;
  }
}
