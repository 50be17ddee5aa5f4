package io.powerpool.testing.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/** What stands in the ledgers of all nodes together; they are only read. */
final class Ledgers {

  private static final String ACCEPTED =
      """
      SELECT worker, SUM(shares) FROM (
        SELECT worker, shares FROM share_minutes WHERE verdict = 'accepted'
        UNION ALL SELECT worker, shares FROM share_hours WHERE verdict = 'accepted')
      GROUP BY worker""";
  private static final String BLOCKS = "SELECT hash, outcome FROM blocks";
  private static final String PUT_ASIDE = "SELECT reason, entry FROM put_aside";

  private final List<Path> files;

  Ledgers(List<PoolNode> nodes) {
    files = nodes.stream().map(node -> node.data().resolve("ledger.db")).toList();
  }

  /** Accepted shares by the worker's name. */
  Map<String, Long> accepted() {
    Map<String, Long> sums = new HashMap<>();
    read(ACCEPTED, row -> sums.merge(row.getString(1), row.getLong(2), Long::sum));
    return sums;
  }

  /** The outcome of each block by its hash. */
  Map<String, String> blocks() {
    Map<String, String> outcomes = new HashMap<>();
    read(BLOCKS, row -> outcomes.put(row.getString(1), row.getString(2)));
    return outcomes;
  }

  /** Entries that no ledger could store, with the reason. */
  Map<String, String> putAside() {
    Map<String, String> entries = new HashMap<>();
    read(PUT_ASIDE, row -> entries.put(row.getString(2), row.getString(1)));
    return entries;
  }

  private void read(String query, RowReader reader) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(10_000);
    for (Path file : files) {
      if (!Files.exists(file)) {
        continue;
      }
      try (Connection connection = config.createConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        while (rows.next()) {
          reader.read(rows);
        }
      } catch (SQLException e) {
        throw new IllegalStateException(file + ": " + e.getMessage(), e);
      }
    }
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }
}
