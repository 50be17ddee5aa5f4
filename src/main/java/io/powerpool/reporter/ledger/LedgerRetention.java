package io.powerpool.reporter.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes old sums coarser and forgets old workers, a few rows at a time so that storing never waits
 * for long. Leaves transactions to {@link Ledger}. What arrives late is added to what is coarse
 * already.
 */
final class LedgerRetention {

  /** Of one step at most. */
  private static final int ROWS = 1000;

  private static final int MINUTES_PER_HOUR = 60;
  private static final int HOURS_PER_DAY = 24;

  private static final String KEY =
      "coin = ? AND algorithm = ? AND address = ? AND worker = ? AND verdict = ?";

  private final Retention retention;

  LedgerRetention(Retention retention) {
    this.retention = retention;
  }

  /**
   * Does one step.
   *
   * @return false if there was nothing to do
   */
  boolean step(Connection connection, long nowMillis) throws SQLException {
    return minutesToHours(connection, nowMillis)
        || hoursToDays(connection, nowMillis)
        || forgetWorkers(connection, nowMillis)
        || LedgerTelemetry.forget(connection, retention.telemetry(), nowMillis);
  }

  private boolean minutesToHours(Connection connection, long nowMillis) throws SQLException {
    List<Sum> old = take(connection, "share_minutes", "minute", TimeUnit.MINUTES, nowMillis);
    try (PreparedStatement add =
        connection.prepareStatement(
            """
            INSERT INTO share_hours
              (hour, coin, algorithm, address, worker, verdict, shares, difficulty)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (hour, coin, algorithm, address, worker, verdict) DO UPDATE SET
              shares = share_hours.shares + excluded.shares,
              difficulty = share_hours.difficulty + excluded.difficulty""")) {
      for (Sum sum : old) {
        add.setLong(1, Math.floorDiv(sum.time, MINUTES_PER_HOUR));
        sum.setKey(add, 2);
        add.setLong(7, sum.shares);
        add.setDouble(8, sum.difficulty);
        add.addBatch();
      }
      add.executeBatch();
    }
    return !old.isEmpty();
  }

  private boolean hoursToDays(Connection connection, long nowMillis) throws SQLException {
    List<Sum> old = take(connection, "share_hours", "hour", TimeUnit.HOURS, nowMillis);
    try (PreparedStatement add =
        connection.prepareStatement(
            """
            INSERT INTO share_days (day, coin, algorithm, address, shares, difficulty)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (day, coin, algorithm, address) DO UPDATE SET
              shares = share_days.shares + excluded.shares,
              difficulty = share_days.difficulty + excluded.difficulty""")) {
      for (Sum sum : old) {
        if (sum.verdict.equals("accepted")) {
          add.setLong(1, Math.floorDiv(sum.time, HOURS_PER_DAY));
          add.setString(2, sum.coin);
          add.setString(3, sum.algorithm);
          add.setString(4, sum.address);
          add.setLong(5, sum.shares);
          add.setDouble(6, sum.difficulty);
          add.addBatch();
        }
      }
      add.executeBatch();
    }
    return !old.isEmpty();
  }

  private boolean forgetWorkers(Connection connection, long nowMillis) throws SQLException {
    if (retention.workers().isZero()) {
      return false;
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM workers WHERE (address, worker, coin, algorithm) IN (
              SELECT w.address, w.worker, w.coin, w.algorithm FROM workers w
              WHERE w.last_seen < ? AND NOT EXISTS (
                SELECT 1 FROM blocks b WHERE b.address = w.address AND b.worker = w.worker)
              LIMIT ?)""")) {
      delete.setLong(1, nowMillis - retention.workers().toMillis());
      delete.setInt(2, ROWS);
      return delete.executeUpdate() > 0;
    }
  }

  /** Takes the oldest rows out of a table, as far as they are too old for it. */
  private List<Sum> take(
      Connection connection, String table, String column, TimeUnit unit, long nowMillis)
      throws SQLException {
    Duration kept = unit == TimeUnit.MINUTES ? retention.minutes() : retention.hours();
    List<Sum> old = new ArrayList<>();
    if (kept.isZero()) {
      return old;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT %2$s, coin, algorithm, address, worker, verdict, shares, difficulty
            FROM %1$s WHERE %2$s < ? ORDER BY %2$s LIMIT ?"""
                .formatted(table, column))) {
      select.setLong(1, Math.floorDiv(nowMillis - kept.toMillis(), unit.toMillis(1)));
      select.setInt(2, ROWS);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          old.add(new Sum(rows));
        }
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM %s WHERE %s = ? AND ".formatted(table, column) + KEY)) {
      for (Sum sum : old) {
        delete.setLong(1, sum.time);
        sum.setKey(delete, 2);
        delete.addBatch();
      }
      delete.executeBatch();
    }
    return old;
  }

  /** A row of sums by some length of time. */
  private static final class Sum {
    private final long time;
    private final String coin;
    private final String algorithm;
    private final String address;
    private final String worker;
    private final String verdict;
    private final long shares;
    private final double difficulty;

    Sum(ResultSet row) throws SQLException {
      time = row.getLong(1);
      coin = row.getString(2);
      algorithm = row.getString(3);
      address = row.getString(4);
      worker = row.getString(5);
      verdict = row.getString(6);
      shares = row.getLong(7);
      difficulty = row.getDouble(8);
    }

    void setKey(PreparedStatement statement, int from) throws SQLException {
      statement.setString(from, coin);
      statement.setString(from + 1, algorithm);
      statement.setString(from + 2, address);
      statement.setString(from + 3, worker);
      statement.setString(from + 4, verdict);
    }
  }
}
