package io.powerpool.app;

import io.powerpool.config.ConfigException;
import io.powerpool.config.Fault;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The configuration as it was written: one YAML file, over it the environment, over that the system
 * properties.
 *
 * <p>{@code POWERPOOL__STRATUM__PORTS__0__PORT=3334} and {@code
 * -Dpowerpool.stratum.ports.0.port=3334} both set the port of the first Stratum port. In the
 * environment letter case does not matter for keys that the file has; other keys become lower-case.
 * Each value is text, which may be a number or flag where one is wanted, and YAML in brackets where
 * a list or mapping is.
 *
 * @param name the file's name, for messages
 * @param values what was read; nothing in it is checked yet
 * @param origins where each value stands, by its path: "line 12" or the variable's name
 */
record ConfigFile(String name, JsonObject values, Map<String, String> origins) {

  private static final String VARIABLE_PREFIX = "POWERPOOL__";
  private static final String PROPERTY_PREFIX = "powerpool.";

  /**
   * Reads a file and what overrides it in this process.
   *
   * @throws ConfigException if the file cannot be read or is no YAML mapping; the message has the
   *     line and never the line's text, which may hold a password
   */
  static ConfigFile load(Path file) {
    return load(file, System.getenv(), System.getProperties());
  }

  static ConfigFile load(Path file, Map<String, String> environment, Properties properties) {
    String name = file.toString();
    String text = read(file);
    Map<String, String> origins = new LinkedHashMap<>();
    // The library's reader fails on a file without any key.
    JsonObject values = checkSyntax(name, text, origins) ? retrieve(file, name) : new JsonObject();
    return new ConfigFile(name, overridden(values, origins, environment, properties), origins);
  }

  /** Takes the place of a file: a configuration given as JSON text on the command line. */
  static ConfigFile ofJson(JsonObject values) {
    Map<String, String> origins = new LinkedHashMap<>();
    return new ConfigFile(
        "-conf", overridden(values, origins, System.getenv(), System.getProperties()), origins);
  }

  /** A configuration made by the program itself, which nothing overrides. */
  static JsonObject withDefinitions(JsonObject values) {
    return new ConfigOverrides(values, new LinkedHashMap<>()).values();
  }

  /** The same faults with the file's name and, for each fault, the line it is about. */
  ConfigException located(ConfigException e) {
    List<Fault> faults = e.faults();
    if (faults.isEmpty()) {
      return e;
    }
    StringBuilder text = new StringBuilder(name);
    text.append(faults.size() == 1 ? ": 1 fault" : ": " + faults.size() + " faults");
    for (Fault fault : faults) {
      text.append("\n  ").append(origin(fault.path())).append(fault);
    }
    return new ConfigException(text.toString());
  }

  /** The line of the value, or of the nearest thing around it that the file has. */
  private String origin(String path) {
    String around = path;
    while (!around.isEmpty()) {
      String origin = origins.get(around);
      if (origin != null) {
        return origin + ": ";
      }
      around =
          around.substring(
              0, Math.max(0, Math.max(around.lastIndexOf('.'), around.lastIndexOf('['))));
    }
    return "";
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read (" + reason(file, e) + ")");
    }
  }

  private static String reason(Path file, IOException e) {
    if (!Files.exists(file)) {
      return "no such file";
    }
    if (Files.isDirectory(file)) {
      return "it is a directory";
    }
    return Files.isReadable(file) ? e.getMessage() : "permission denied";
  }

  /**
   * The same parser as the retriever's, only stricter: a key given twice would silently lose one
   * value there, and its errors show whole lines of the file.
   *
   * @return whether there is anything in the file
   */
  private static boolean checkSyntax(String name, String text, Map<String, String> origins) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(50);
    Yaml yaml = new Yaml(new SafeConstructor(options));
    try {
      Object root = yaml.load(text);
      if (root != null && !(root instanceof Map)) {
        throw new ConfigException(name + ": is not a mapping of keys to values ('key: value')");
      }
      Node node = yaml.compose(new StringReader(text));
      if (node != null) {
        note("", node, origins);
      }
      return root != null;
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      String where =
          mark == null
              ? ""
              : " line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
      throw new ConfigException(name + where + ": " + e.getProblem());
    } catch (YAMLException e) {
      throw new ConfigException(name + ": is not YAML (" + firstLine(e.getMessage()) + ")");
    }
  }

  private static void note(String path, Node node, Map<String, String> origins) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key) {
          String inner = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
          origins.put(inner, "line " + (key.getStartMark().getLine() + 1));
          note(inner, tuple.getValueNode(), origins);
        }
      }
    } else if (node instanceof SequenceNode sequence) {
      int index = 0;
      for (Node item : sequence.getValue()) {
        String inner = path + "[" + index + "]";
        origins.put(inner, "line " + (item.getStartMark().getLine() + 1));
        note(inner, item, origins);
        index++;
      }
    }
  }

  /**
   * Through vertx-config, in a Vert.x of its own: the launcher's is made from what is read here.
   */
  private static JsonObject retrieve(Path file, String name) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    try {
      ConfigRetriever retriever =
          ConfigRetriever.create(
              vertx,
              new ConfigRetrieverOptions()
                  .setScanPeriod(-1)
                  .addStore(
                      new ConfigStoreOptions()
                          .setType("file")
                          .setFormat("yaml")
                          .setConfig(
                              new JsonObject().put("path", file.toAbsolutePath().toString()))));
      Future<JsonObject> values = retriever.getConfig().onComplete(done -> retriever.close());
      return values.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new ConfigException(
          name + ": cannot be used (" + firstLine(e.getCause().getMessage()) + ")");
    } finally {
      vertx.close();
    }
  }

  private static JsonObject overridden(
      JsonObject values,
      Map<String, String> origins,
      Map<String, String> environment,
      Properties properties) {
    ConfigOverrides overrides = new ConfigOverrides(values, origins);
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(VARIABLE_PREFIX)) {
                overrides.setVariable(name, name.substring(VARIABLE_PREFIX.length()), value);
              }
            });
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith(PROPERTY_PREFIX)) {
        overrides.setProperty(
            name, name.substring(PROPERTY_PREFIX.length()), properties.getProperty(name));
      }
    }
    return overrides.values();
  }

  private static String firstLine(String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("");
  }
}
