package io.powerpool.reporter.ledger;

import io.powerpool.config.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A database on a PostgreSQL server.
 *
 * @param url {@code jdbc:postgresql://HOST[:PORT]/DATABASE}
 */
record PostgresDatabase(String url, String username, Optional<Secret> password)
    implements LedgerDatabase {

  /** A server that has vanished must not hold up its reporter for ever; in seconds. */
  private static final String CONNECT_SECONDS = "10";

  private static final String ANSWER_SECONDS = "60";

  /** Nor must a node that hangs within a transaction hold up the others; with its unit. */
  private static final String IDLE = "10s";

  /** Any number that nobody else locks; "ledger" in ASCII. */
  private static final long LOCK = 0x6c6564676572L;

  /** Whether this is an address of such a database, with no secret that would be shown. */
  static boolean isUrl(String url) {
    return Driver.parseURL(url, null) != null && !url.toLowerCase(Locale.ROOT).contains("password");
  }

  @Override
  public void prepare() {}

  @Override
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", username);
    password.ifPresent(secret -> properties.setProperty("password", secret.value()));
    properties.setProperty("connectTimeout", CONNECT_SECONDS);
    properties.setProperty("socketTimeout", ANSWER_SECONDS);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "PowerPool ledger");
    // One round trip for many rows of the same statement.
    properties.setProperty("reWriteBatchedInserts", "true");
    Connection connection = DriverManager.getConnection(url, properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET idle_in_transaction_session_timeout = '" + IDLE + "'");
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** A lock of the database's that is nobody's row (its documentation, 13.3.5). */
  @Override
  public void lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
    }
  }

  /**
   * Classes 22 and 23 of the SQL states: data exceptions and violated constraints (PostgreSQL's
   * documentation, appendix A).
   */
  @Override
  public boolean isOfValues(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  @Override
  public String toString() {
    return url;
  }
}
