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
import java.util.TreeMap;
import org.sqlite.SQLiteConfig;

/** What stands in the ledgers of all nodes together; they are only read. */
final class Ledgers {

  private static final String ACCEPTED =
      """
      SELECT worker, SUM(shares) FROM (
        SELECT worker, shares FROM share_minutes WHERE verdict = 'accepted'
        UNION ALL SELECT worker, shares FROM share_hours WHERE verdict = 'accepted')
      GROUP BY worker""";
  private static final String BLOCKS = "SELECT hash, outcome, height FROM blocks";
  private static final String JOURNALS =
      "SELECT journal_id, node FROM journal_positions WHERE next_sequence > 0";
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

  /** What a ledger knows of a block. */
  record BlockRow(String outcome, long height) {}

  /** Blocks by their hash. */
  Map<String, BlockRow> blocks() {
    Map<String, BlockRow> blocks = new HashMap<>();
    read(
        BLOCKS,
        row -> blocks.put(row.getString(1), new BlockRow(row.getString(2), row.getLong(3))));
    return blocks;
  }

  /**
   * What stands in more than one ledger, and so counts twice: journals, with all their entries, and
   * blocks.
   */
  Map<String, String> doubles() {
    Map<String, Integer> journals = new HashMap<>();
    Map<String, Integer> blocks = new HashMap<>();
    read(
        JOURNALS,
        row -> journals.merge(row.getString(1) + " of " + row.getString(2), 1, Integer::sum));
    read(BLOCKS, row -> blocks.merge(row.getString(1), 1, Integer::sum));
    Map<String, String> doubles = new TreeMap<>();
    journals.forEach(
        (journal, count) -> {
          if (count > 1) {
            doubles.put(journal, "journal " + journal + " is in " + count + " ledgers");
          }
        });
    blocks.forEach(
        (hash, count) -> {
          if (count > 1) {
            doubles.put(hash, "block " + hash + " is in " + count + " ledgers");
          }
        });
    return doubles;
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
