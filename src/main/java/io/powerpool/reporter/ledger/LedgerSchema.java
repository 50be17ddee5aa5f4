package io.powerpool.reporter.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The ledger's tables, as a list of steps from one version to the next. A step that has been
 * released is never changed: a change is a new step. Everything here and in {@link Ledger} is SQL
 * that both SQLite and PostgreSQL understand.
 *
 * <p>Times are in milliseconds since 1970, {@code minute} in minutes since 1970; an empty {@code
 * worker} is one without a name; difficulties are sums of what the shares count.
 */
final class LedgerSchema {

  private static final List<List<String>> STEPS =
      List.of(
          List.of(
              """
              CREATE TABLE journal_positions (
                journal_id VARCHAR(16) PRIMARY KEY,
                node VARCHAR(255) NOT NULL,
                next_sequence BIGINT NOT NULL,
                updated_at BIGINT NOT NULL)""",
              """
              CREATE TABLE share_minutes (
                minute BIGINT NOT NULL,
                coin VARCHAR(64) NOT NULL,
                algorithm VARCHAR(64) NOT NULL,
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                verdict VARCHAR(16) NOT NULL,
                shares BIGINT NOT NULL,
                difficulty DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (minute, coin, algorithm, address, worker, verdict))""",
              """
              CREATE INDEX share_minutes_worker ON share_minutes (address, worker, minute)""",
              """
              CREATE TABLE round_shares (
                coin VARCHAR(64) NOT NULL,
                block VARCHAR(64) NOT NULL,
                address VARCHAR(2048) NOT NULL,
                shares BIGINT NOT NULL,
                difficulty DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (coin, block, address))""",
              """
              CREATE TABLE blocks (
                hash VARCHAR(64) PRIMARY KEY,
                coin VARCHAR(64) NOT NULL,
                algorithm VARCHAR(64) NOT NULL,
                height BIGINT NOT NULL,
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                reward BIGINT NOT NULL,
                bits VARCHAR(8) NOT NULL,
                network_difficulty DOUBLE PRECISION NOT NULL,
                outcome VARCHAR(16) NOT NULL,
                reason VARCHAR(2048) NOT NULL,
                found_at BIGINT NOT NULL)""",
              """
              CREATE INDEX blocks_found_at ON blocks (found_at)""",
              """
              CREATE TABLE workers (
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                coin VARCHAR(64) NOT NULL,
                algorithm VARCHAR(64) NOT NULL,
                first_seen BIGINT NOT NULL,
                last_seen BIGINT NOT NULL,
                last_accepted BIGINT NOT NULL,
                PRIMARY KEY (address, worker, coin, algorithm))"""),
          // What could not be stored: why, what it is for people to read, and the journal's record
          // as hexadecimal digits.
          List.of(
              """
              CREATE TABLE put_aside (
                journal_id VARCHAR(16) NOT NULL,
                sequence BIGINT NOT NULL,
                node VARCHAR(255) NOT NULL,
                reason VARCHAR(2048) NOT NULL,
                entry VARCHAR(2048) NOT NULL,
                record TEXT NOT NULL,
                put_aside_at BIGINT NOT NULL,
                PRIMARY KEY (journal_id, sequence))"""),
          // What becomes of old sums by minute, and of old sums by hour; both since 1970.
          List.of(
              """
              CREATE TABLE share_hours (
                hour BIGINT NOT NULL,
                coin VARCHAR(64) NOT NULL,
                algorithm VARCHAR(64) NOT NULL,
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                verdict VARCHAR(16) NOT NULL,
                shares BIGINT NOT NULL,
                difficulty DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (hour, coin, algorithm, address, worker, verdict))""",
              """
              CREATE TABLE share_days (
                day BIGINT NOT NULL,
                coin VARCHAR(64) NOT NULL,
                algorithm VARCHAR(64) NOT NULL,
                address VARCHAR(2048) NOT NULL,
                shares BIGINT NOT NULL,
                difficulty DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (day, coin, algorithm, address))""",
              """
              CREATE INDEX workers_last_seen ON workers (last_seen)""",
              """
              CREATE INDEX blocks_worker ON blocks (address, worker)"""),
          // What rig agents told, as JSON: the last word of each type, and what is worth a curve.
          List.of(
              """
              CREATE TABLE rig_state (
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                type VARCHAR(32) NOT NULL,
                sent_at BIGINT NOT NULL,
                received_at BIGINT NOT NULL,
                data TEXT NOT NULL,
                PRIMARY KEY (address, worker, type))""",
              """
              CREATE TABLE rig_history (
                address VARCHAR(2048) NOT NULL,
                worker VARCHAR(2048) NOT NULL,
                type VARCHAR(32) NOT NULL,
                sent_at BIGINT NOT NULL,
                received_at BIGINT NOT NULL,
                data TEXT NOT NULL,
                PRIMARY KEY (address, worker, type, sent_at))""",
              """
              CREATE INDEX rig_history_received_at ON rig_history (received_at)"""),
          // The one row says which ledger this is.
          List.of(
              """
              CREATE TABLE ledger_store (
                only_row INTEGER PRIMARY KEY,
                store VARCHAR(16) NOT NULL)"""),
          // What a block's transactions pay, in the smallest unit; null if nobody has told.
          List.of(
              """
              ALTER TABLE blocks ADD COLUMN fees BIGINT"""));

  private LedgerSchema() {}

  /**
   * Brings a database to the present version, in one transaction. The connection does not commit by
   * itself.
   *
   * @throws SQLException also if the database is of a newer version
   */
  static void migrate(Connection connection, long nowMillis) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS schema_versions (
            version INTEGER PRIMARY KEY,
            applied_at BIGINT NOT NULL)""");
      int version;
      try (ResultSet rows =
          statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM schema_versions")) {
        rows.next();
        version = rows.getInt(1);
      }
      if (version > STEPS.size()) {
        throw new SQLException(
            "the ledger was written by a newer version: its schema is "
                + version
                + ", this program knows up to "
                + STEPS.size());
      }
      for (int step = version; step < STEPS.size(); step++) {
        for (String sql : STEPS.get(step)) {
          statement.execute(sql);
        }
        statement.execute(
            "INSERT INTO schema_versions VALUES (%d, %d)".formatted(step + 1, nowMillis));
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }
}
