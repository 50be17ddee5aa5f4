package io.powerpool.reporter.ledger;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Where a ledger's tables are: what differs between the databases that can hold them. */
interface LedgerDatabase {

  /** Makes ready what a connection needs. Blocks. */
  void prepare() throws IOException;

  /** A new connection that does not commit by itself. Blocks. */
  Connection connect() throws SQLException;

  /**
   * Keeps all other writers of this ledger out until the transaction ends: another node may store
   * into the same database. Blocks until they are done.
   */
  void lock(Connection connection) throws SQLException;

  /**
   * Whether a failure is the fault of the values that were to be stored: the same would fail again
   * tomorrow. Of all errors only those are that speak of values.
   */
  boolean isOfValues(SQLException failure);

  /** Where it is, for people; no secret. */
  @Override
  String toString();
}
