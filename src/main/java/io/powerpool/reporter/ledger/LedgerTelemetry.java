package io.powerpool.reporter.ledger;

import io.powerpool.share.Telemetry;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * What rig agents told: the last word of each type for each worker, and of what is worth a curve,
 * temperatures and hash rates, all of it for some time. Leaves transactions to {@link Ledger}.
 */
final class LedgerTelemetry {

  /** The types of which the past is kept; the others are large, or never change. */
  private static final Set<String> CURVES = Set.of("temp", "hashrate");

  /** Rows that are forgotten in one step at most. */
  private static final int ROWS = 1000;

  private LedgerTelemetry() {}

  /**
   * Stores one telling. Told twice, it counts once.
   *
   * @param worker what the worker is called here
   */
  static void store(Connection connection, Telemetry telemetry, String worker) throws SQLException {
    String address = telemetry.worker().address();
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO rig_state (address, worker, type, sent_at, received_at, data)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (address, worker, type) DO UPDATE SET
              sent_at = excluded.sent_at, received_at = excluded.received_at, data = excluded.data
            WHERE excluded.received_at >= rig_state.received_at""")) {
      set(upsert, telemetry, address, worker);
    }
    if (CURVES.contains(telemetry.type())) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              INSERT INTO rig_history (address, worker, type, sent_at, received_at, data)
              VALUES (?, ?, ?, ?, ?, ?)
              ON CONFLICT (address, worker, type, sent_at) DO NOTHING""")) {
        set(insert, telemetry, address, worker);
      }
    }
  }

  private static void set(
      PreparedStatement statement, Telemetry telemetry, String address, String worker)
      throws SQLException {
    statement.setString(1, address);
    statement.setString(2, worker);
    statement.setString(3, telemetry.type());
    statement.setLong(4, telemetry.epochMillis());
    statement.setLong(5, telemetry.receivedMillis());
    statement.setString(6, telemetry.data());
    statement.executeUpdate();
  }

  /**
   * Forgets some of what is too old.
   *
   * @return false if there was nothing
   */
  static boolean forget(Connection connection, Duration kept, long nowMillis) throws SQLException {
    if (kept.isZero()) {
      return false;
    }
    long before = nowMillis - kept.toMillis();
    return forget(connection, "rig_history", "address, worker, type, sent_at", before)
        || forget(connection, "rig_state", "address, worker, type", before);
  }

  private static boolean forget(Connection connection, String table, String key, long before)
      throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM %1$s WHERE (%2$s) IN (SELECT %2$s FROM %1$s WHERE received_at < ? LIMIT ?)"
                .formatted(table, key))) {
      delete.setLong(1, before);
      delete.setInt(2, ROWS);
      return delete.executeUpdate() > 0;
    }
  }

  /** A row of {@code address, worker, type, sent_at, received_at, data} as it is shown. */
  static JsonObject shown(ResultSet row) throws SQLException {
    return new JsonObject()
        .put("address", row.getString(1))
        .put("worker", row.getString(2))
        .put("type", row.getString(3))
        .put("time", row.getLong(4) / 1000.0)
        .put("received", row.getLong(5) / 1000.0)
        .put("data", Json.decodeValue(row.getString(6)));
  }
}
