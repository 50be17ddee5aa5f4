package io.powerpool.reporter.ledger;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers what the monitor asks: {@code {"query": name, "limit": n}}, in some cases with more.
 *
 * <ul>
 *   <li>{@code blocks}: the newest first.
 *   <li>{@code workers}: the busiest of the last ten minutes first; {@code address} for those of
 *       one account.
 *   <li>{@code minutes}: sums by minute, the newest first; {@code address} for those of one
 *       account.
 *   <li>{@code totals}: sums by coin, algorithm and verdict over the last {@code hours} (default
 *       24).
 *   <li>{@code rigs}: the last word of each worker's rig agent, by type, the newest first; {@code
 *       address} for those of one account.
 *   <li>{@code rig_history}: temperatures and hash rates of one {@code address}, the newest first.
 *   <li>{@code round}: accepted difficulty by address since the last block of each coin.
 * </ul>
 *
 * <p>The answer has the query's name as its only key, with a list of objects. Times are in seconds
 * since 1970.
 */
final class LedgerQueries {

  private static final int MAX_ROWS = 1000;
  private static final long MINUTE_MILLIS = 60_000;
  private static final int RECENT_MINUTES = 10;

  private LedgerQueries() {}

  /**
   * Answers one question.
   *
   * @throws IllegalArgumentException if there is no such query
   */
  static JsonObject answer(Connection connection, JsonObject question, long nowMillis)
      throws SQLException {
    String query = question.getString("query", "");
    int limit = Math.max(1, Math.min(MAX_ROWS, question.getInteger("limit", 100)));
    JsonArray rows =
        switch (query) {
          case "blocks" -> blocks(connection, limit);
          case "workers" -> workers(connection, question.getString("address"), limit, nowMillis);
          case "minutes" -> minutes(connection, question.getString("address"), limit);
          case "totals" -> totals(connection, question.getInteger("hours", 24), limit, nowMillis);
          case "round" -> round(connection, limit);
          case "rigs" -> rigs(connection, "rig_state", question.getString("address"), limit);
          case "rig_history" ->
              rigs(connection, "rig_history", question.getString("address", ""), limit);
          default ->
              throw new IllegalArgumentException(
                  "no query '"
                      + query
                      + "': there are blocks, workers, minutes,"
                      + " totals, round, rigs and rig_history");
        };
    return new JsonObject().put(query, rows);
  }

  private static JsonArray blocks(Connection connection, int limit) throws SQLException {
    return select(
        connection,
        """
        SELECT found_at, coin, algorithm, height, hash, address, worker, reward, bits,
          network_difficulty, outcome, reason, fees
        FROM blocks ORDER BY found_at DESC, height DESC LIMIT ?""",
        List.of(limit),
        row ->
            new JsonObject()
                .put("time", row.getLong(1) / 1000.0)
                .put("currency", row.getString(2))
                .put("algorithm", row.getString(3))
                .put("height", row.getLong(4))
                .put("hash", row.getString(5))
                .put("address", row.getString(6))
                .put("worker", row.getString(7))
                .put("reward", row.getLong(8))
                .put("bits", row.getString(9))
                .put("network_difficulty", row.getDouble(10))
                .put("outcome", row.getString(11))
                .put("reason", row.getString(12))
                .put("fees", row.getObject(13) == null ? null : row.getLong(13)));
  }

  private static JsonArray workers(Connection connection, String address, int limit, long nowMillis)
      throws SQLException {
    long nowMinute = Math.floorDiv(nowMillis, MINUTE_MILLIS);
    long sinceMinute = nowMinute - RECENT_MINUTES + 1;
    // The present minute has only begun.
    double seconds = (nowMillis - sinceMinute * MINUTE_MILLIS) / 1000.0;
    List<Object> arguments = new ArrayList<>(List.of(sinceMinute));
    String ofOne = "";
    if (address != null) {
      ofOne = " AND s.address = ?";
      arguments.add(address);
    }
    arguments.add(limit);
    return select(
        connection,
        """
        SELECT s.address, s.worker, s.coin, s.algorithm,
          SUM(CASE WHEN s.verdict = 'accepted' THEN s.difficulty ELSE 0 END) AS accepted,
          SUM(CASE WHEN s.verdict = 'accepted' THEN 0 ELSE s.difficulty END),
          SUM(CASE WHEN s.verdict = 'accepted' THEN s.shares ELSE 0 END),
          SUM(CASE WHEN s.verdict = 'accepted' THEN 0 ELSE s.shares END),
          MAX(w.first_seen), MAX(w.last_seen)
        FROM share_minutes s
        JOIN workers w ON w.address = s.address AND w.worker = s.worker AND w.coin = s.coin
          AND w.algorithm = s.algorithm
        WHERE s.minute >= ?"""
            + ofOne
            + """

        GROUP BY s.address, s.worker, s.coin, s.algorithm
        ORDER BY accepted DESC, s.address, s.worker LIMIT ?""",
        arguments,
        row ->
            new JsonObject()
                .put("address", row.getString(1))
                .put("worker", row.getString(2))
                .put("currency", row.getString(3))
                .put("algorithm", row.getString(4))
                .put("accepted_difficulty", row.getDouble(5))
                .put("rejected_difficulty", row.getDouble(6))
                .put("accepted_shares", row.getLong(7))
                .put("rejected_shares", row.getLong(8))
                .put("first_seen", row.getLong(9) / 1000.0)
                .put("last_seen", row.getLong(10) / 1000.0)
                .put("seconds", seconds));
  }

  private static JsonArray rigs(Connection connection, String table, String address, int limit)
      throws SQLException {
    return select(
        connection,
        "SELECT address, worker, type, sent_at, received_at, data FROM "
            + table
            + (address == null ? "" : " WHERE address = ?")
            + " ORDER BY received_at DESC, address, worker, type LIMIT ?",
        address == null ? List.of(limit) : List.of(address, limit),
        LedgerTelemetry::shown);
  }

  private static JsonArray minutes(Connection connection, String address, int limit)
      throws SQLException {
    List<Object> arguments = new ArrayList<>();
    String ofOne = "";
    if (address != null) {
      ofOne = "WHERE address = ? ";
      arguments.add(address);
    }
    arguments.add(limit);
    return select(
        connection,
        "SELECT minute, coin, algorithm, address, worker, verdict, shares, difficulty"
            + " FROM share_minutes "
            + ofOne
            + "ORDER BY minute DESC, address, worker, verdict LIMIT ?",
        arguments,
        row ->
            new JsonObject()
                .put("time", row.getLong(1) * 60)
                .put("currency", row.getString(2))
                .put("algorithm", row.getString(3))
                .put("address", row.getString(4))
                .put("worker", row.getString(5))
                .put("verdict", row.getString(6))
                .put("shares", row.getLong(7))
                .put("difficulty", row.getDouble(8)));
  }

  private static JsonArray totals(Connection connection, int hours, int limit, long nowMillis)
      throws SQLException {
    long sinceMinute = Math.floorDiv(nowMillis, MINUTE_MILLIS) - 60L * hours;
    return select(
        connection,
        """
        SELECT coin, algorithm, verdict, SUM(shares), SUM(difficulty) FROM (
          SELECT coin, algorithm, verdict, shares, difficulty FROM share_minutes WHERE minute > ?
          UNION ALL
          SELECT coin, algorithm, verdict, shares, difficulty FROM share_hours WHERE hour >= ?) AS s
        GROUP BY coin, algorithm, verdict ORDER BY coin, algorithm, verdict LIMIT ?""",
        List.of(sinceMinute, Math.floorDiv(sinceMinute, 60), limit),
        row ->
            new JsonObject()
                .put("currency", row.getString(1))
                .put("algorithm", row.getString(2))
                .put("verdict", row.getString(3))
                .put("shares", row.getLong(4))
                .put("difficulty", row.getDouble(5)));
  }

  private static JsonArray round(Connection connection, int limit) throws SQLException {
    return select(
        connection,
        """
        SELECT coin, address, shares, difficulty
        FROM round_shares WHERE block = '' ORDER BY difficulty DESC, address LIMIT ?""",
        List.of(limit),
        row ->
            new JsonObject()
                .put("currency", row.getString(1))
                .put("address", row.getString(2))
                .put("shares", row.getLong(3))
                .put("difficulty", row.getDouble(4)));
  }

  private interface RowReader {
    JsonObject read(ResultSet row) throws SQLException;
  }

  private static JsonArray select(
      Connection connection, String sql, List<?> arguments, RowReader reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.size(); i++) {
        statement.setObject(i + 1, arguments.get(i));
      }
      JsonArray result = new JsonArray();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          result.add(reader.read(rows));
        }
      }
      return result;
    }
  }
}
