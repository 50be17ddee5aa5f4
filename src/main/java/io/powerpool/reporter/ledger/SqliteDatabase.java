package io.powerpool.reporter.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteErrorCode;

/** A file of our own: what is there without anything being installed. */
record SqliteDatabase(Path file) implements LedgerDatabase {

  /** The low byte of an SQLite error code says what kind it is, the rest details. */
  private static final int PRIMARY_CODE = 0xff;

  @Override
  public void prepare() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try {
      try (Statement statement = connection.createStatement()) {
        // Readers (an operator's sqlite3) and our writes do not wait for each other.
        statement.execute("PRAGMA journal_mode = WAL");
        // The journal forgets what we acknowledge, so a commit has to survive a power cut.
        statement.execute("PRAGMA synchronous = FULL");
        statement.execute("PRAGMA busy_timeout = 10000");
      }
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * Nothing to do: the file is one node's, and a second writer whose transaction has read something
   * older than what it would overwrite is refused (SQLITE_BUSY_SNAPSHOT).
   */
  @Override
  public void lock(Connection connection) {}

  @Override
  public boolean isOfValues(SQLException failure) {
    return switch (SQLiteErrorCode.getErrorCode(failure.getErrorCode() & PRIMARY_CODE)) {
      case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
