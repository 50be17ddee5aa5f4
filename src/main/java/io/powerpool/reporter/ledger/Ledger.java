package io.powerpool.reporter.ledger;

import io.powerpool.bitcoin.Hex;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.StoreId;
import io.powerpool.reporter.journal.EntryReader;
import io.powerpool.reporter.journal.EntryWriter;
import io.powerpool.reporter.journal.JournalEntry;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores batches in the database. Blocks; for one thread at a time.
 *
 * <p>An entry that cannot be stored because of what it is must not hold up all others: its batch is
 * halved until it is alone, and then it is put aside, in the table {@code put_aside} and in the
 * transaction that moves the position behind it. It is tried again whenever the ledger is opened,
 * by a program that may know better. A failure that has nothing to do with the entry, such as a
 * full disk, puts nothing aside.
 */
final class Ledger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  /** What a table has room for, in letters. */
  private static final int LONGEST_TEXT = 2048;

  private static final int PAGE = 500;

  private final LedgerDatabase database;
  private final LedgerOptions options;
  private final LedgerRetention retention;
  private Connection connection;
  private String store = "";
  private long putAside;
  private long told;
  private long renamed;

  private Ledger(LedgerDatabase database, LedgerOptions options) throws SQLException {
    this.database = database;
    this.options = options;
    this.retention = new LedgerRetention(options.retention());
    this.connection = database.connect();
  }

  /**
   * Opens a database, which is made where it is a file that is missing, brings it to the present
   * schema, and tries again to store what was put aside.
   */
  static Ledger open(LedgerDatabase database, LedgerOptions options, long nowMillis)
      throws SQLException, IOException {
    database.prepare();
    Ledger ledger = new Ledger(database, options);
    try {
      database.lock(ledger.connection);
      LedgerSchema.migrate(ledger.connection, nowMillis);
      ledger.identify();
      ledger.storePutAside();
      return ledger;
    } catch (SQLException | RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  private void identify() throws SQLException {
    try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO ledger_store (only_row, store) VALUES (1, ?)"
                    + " ON CONFLICT (only_row) DO NOTHING");
        PreparedStatement select = connection.prepareStatement("SELECT store FROM ledger_store")) {
      insert.setString(1, StoreId.create());
      insert.executeUpdate();
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        store = rows.getString(1);
      }
      connection.commit();
    }
  }

  /** Which ledger this is: every node that stores into the same database finds the same. */
  String store() {
    return store;
  }

  /** To be used at once: it may be another one after a failure. */
  Connection connection() throws SQLException {
    if (connection.isClosed()) {
      connection = database.connect();
    }
    return connection;
  }

  /**
   * Ends a transaction, leaving nothing of it. After some errors, such as a full disk, SQLite has
   * ended it already (lang_transaction.html, "Response To Errors Within A Transaction"); the driver
   * does not know and would commit every statement from then on by itself, so we begin anew.
   */
  private void rollback() throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.info("the connection to the ledger {} is made anew: {}", database, e.getMessage());
      connection.close();
    }
  }

  /** Answers a question of the monitor, see {@link LedgerQueries}. */
  JsonObject answer(JsonObject question, long nowMillis) throws SQLException {
    try {
      return LedgerQueries.answer(connection(), question, nowMillis);
    } finally {
      rollback();
    }
  }

  /** How many entries could not be stored and are kept aside. */
  long putAside() {
    return putAside;
  }

  /** How many shares were summed under one name because their address has too many. */
  long renamed() {
    return renamed;
  }

  /**
   * Makes the ledger a little smaller if there is anything too old in it.
   *
   * @return whether there may be more to do
   */
  boolean forget(long nowMillis) throws SQLException {
    try {
      database.lock(connection());
      boolean more = retention.step(connection(), nowMillis);
      connection().commit();
      return more;
    } catch (SQLException | RuntimeException e) {
      rollback();
      throw e;
    }
  }

  /** The next sequence wanted of a journal. */
  long position(String journalId) throws SQLException {
    try {
      return selectPosition(journalId);
    } finally {
      rollback();
    }
  }

  private long selectPosition(String journalId) throws SQLException {
    try (PreparedStatement select =
        connection()
            .prepareStatement("SELECT next_sequence FROM journal_positions WHERE journal_id = ?")) {
      select.setString(1, journalId);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  /**
   * Stores what of the batch is not stored yet, each part of it in one transaction with the
   * position behind it.
   *
   * @return the journal's next sequence wanted
   */
  long store(ShareBatch batch, long nowMillis) throws SQLException {
    int size = batch.entries().size();
    try {
      LedgerEntries entries = entries();
      long end = inOneTransaction(batch, nowMillis, from -> entries.store(batch.entriesFrom(from)));
      noteRenamed(entries);
      return end;
    } catch (SQLException | RuntimeException e) {
      if (!isOfEntry(e)) {
        throw e;
      }
      if (size == 1) {
        return putAside(batch, e, nowMillis);
      }
    }
    store(batch.part(0, size / 2), nowMillis);
    return store(batch.part(size / 2, size), nowMillis);
  }

  /** What is done with the entries of a batch from a position on. */
  private interface Work {
    void run(long position) throws SQLException;
  }

  private LedgerEntries entries() throws SQLException {
    return new LedgerEntries(connection(), options);
  }

  private void noteRenamed(LedgerEntries stored) {
    if (renamed == 0 && stored.renamed() > 0) {
      log.warn(
          "an address has more than {} names of workers: shares under further names are summed"
              + " under '{}'",
          options.maxWorkerNames(),
          LedgerEntries.OTHER_NAMES);
    }
    renamed += stored.renamed();
  }

  private long inOneTransaction(ShareBatch batch, long nowMillis, Work work) throws SQLException {
    try {
      database.lock(connection());
      long position = selectPosition(batch.journalId());
      if (batch.end() <= position) {
        rollback();
        return position;
      }
      work.run(position);
      movePosition(batch, nowMillis);
      connection().commit();
      return batch.end();
    } catch (SQLException | RuntimeException e) {
      rollback();
      throw e;
    }
  }

  private void movePosition(ShareBatch batch, long nowMillis) throws SQLException {
    try (PreparedStatement upsert =
        connection()
            .prepareStatement(
                """
            INSERT INTO journal_positions (journal_id, node, next_sequence, updated_at)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (journal_id) DO UPDATE SET
              next_sequence = excluded.next_sequence, updated_at = excluded.updated_at""")) {
      upsert.setString(1, batch.journalId());
      upsert.setString(2, batch.node());
      upsert.setLong(3, batch.end());
      upsert.setLong(4, nowMillis);
      upsert.executeUpdate();
    }
  }

  /** Whether a failure is the fault of the entry: the same would fail again tomorrow. */
  private boolean isOfEntry(Exception e) {
    return !(e instanceof SQLException failure) || database.isOfValues(failure);
  }

  private long putAside(ShareBatch single, Exception cause, long nowMillis) throws SQLException {
    JournalEntry entry = single.entries().get(0);
    String reason = cut(cause.toString());
    long end =
        inOneTransaction(
            single,
            nowMillis,
            position -> {
              try (PreparedStatement insert =
                  connection()
                      .prepareStatement(
                          """
                      INSERT INTO put_aside
                        (journal_id, sequence, node, reason, entry, record, put_aside_at)
                      VALUES (?, ?, ?, ?, ?, ?, ?)""")) {
                insert.setString(1, single.journalId());
                insert.setLong(2, single.first());
                insert.setString(3, single.node());
                insert.setString(4, reason);
                insert.setString(5, cut(entry.toString()));
                insert.setString(6, Hex.encode(EntryWriter.record(entry)));
                insert.setLong(7, nowMillis);
                insert.executeUpdate();
              }
            });
    putAside++;
    // Told at 1, 2, 4, 8, …: a fault of ours may strike every entry.
    if (Long.bitCount(++told) == 1) {
      log.error(
          "{} entries could not be stored and are put aside, the last one is {} of journal {}: {};"
              + " all are in the ledger's table put_aside and are tried again at every start",
          told,
          single.first(),
          single.journalId(),
          reason);
    }
    return end;
  }

  /** As much of it as a column takes; PostgreSQL takes no zero character. */
  private static String cut(String text) {
    String clean = text.replace('\0', '\uFFFD');
    return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean;
  }

  /** A row of {@code put_aside}. */
  private record Aside(String journalId, long sequence, String record) {}

  private void storePutAside() throws SQLException {
    long stored = 0;
    Aside last = new Aside("", -1, "");
    List<Aside> page = putAsideBehind(last);
    while (!page.isEmpty()) {
      for (Aside each : page) {
        if (storePutAside(each)) {
          stored++;
        } else {
          putAside++;
        }
        last = each;
      }
      page = putAsideBehind(last);
    }
    if (stored > 0) {
      log.info("{} entries that had been put aside are stored now", stored);
    }
    if (putAside > 0) {
      log.error("{} entries still cannot be stored and stay in the table put_aside", putAside);
    }
  }

  private List<Aside> putAsideBehind(Aside last) throws SQLException {
    try (PreparedStatement select =
        connection()
            .prepareStatement(
                """
            SELECT journal_id, sequence, record FROM put_aside
            WHERE journal_id > ? OR (journal_id = ? AND sequence > ?)
            ORDER BY journal_id, sequence LIMIT ?""")) {
      select.setString(1, last.journalId());
      select.setString(2, last.journalId());
      select.setLong(3, last.sequence());
      select.setInt(4, PAGE);
      List<Aside> page = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          page.add(new Aside(rows.getString(1), rows.getLong(2), rows.getString(3)));
        }
      }
      return page;
    } finally {
      rollback();
    }
  }

  /** Removes the row and stores its entry, both or neither; another node may have done so. */
  private boolean storePutAside(Aside aside) throws SQLException {
    database.lock(connection());
    try (PreparedStatement delete =
        connection()
            .prepareStatement("DELETE FROM put_aside WHERE journal_id = ? AND sequence = ?")) {
      delete.setString(1, aside.journalId());
      delete.setLong(2, aside.sequence());
      if (delete.executeUpdate() == 1) {
        entries().store(EntryReader.read(Hex.decode(aside.record()), 1));
      }
      connection().commit();
      return true;
    } catch (SQLException | RuntimeException e) {
      rollback();
      if (!isOfEntry(e)) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
