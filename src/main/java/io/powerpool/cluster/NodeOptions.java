package io.powerpool.cluster;

import io.powerpool.config.Section;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;

/**
 * Who this node is; what stands outside of all sections and concerns every verticle.
 *
 * @param poolName for people
 * @param node tells this process from all others of the cluster, in topics, journals and statistics
 * @param serverNumber added to every port, so that several nodes of a machine may share a file
 * @param dataDirectory where journals, the ledger and solved blocks are kept
 */
public record NodeOptions(String poolName, String node, int serverNumber, Path dataDirectory) {

  private static final int MAX_SERVER_NUMBER = 1000;

  /**
   * Reads the outermost section's {@code name}, {@code node}, {@code server_number}, {@code
   * data_dir}.
   */
  public static NodeOptions from(Section root) {
    String poolName = root.string("name", "PowerPool");
    int serverNumber = root.integer("server_number", 0, 0, MAX_SERVER_NUMBER);
    String node = root.string("node", defaultName(serverNumber));
    if (!node.matches("[A-Za-z0-9_-]{1,64}")) {
      root.fault("node", node, "1 to 64 letters, digits, '_' or '-'");
    }
    return new NodeOptions(poolName, node, serverNumber, Path.of(root.string("data_dir", "data")));
  }

  /** What a node is called that is not given a name. */
  public static String defaultName(int serverNumber) {
    return serverNumber == 0 ? "powerpool" : "powerpool_" + serverNumber;
  }

  /**
   * A verticle's configuration as {@link Section#root} wants it: plain maps and lists all the way
   * down.
   */
  public static Map<String, Object> plain(JsonObject config) {
    return new JsonObject(config.encode()).getMap();
  }
}
