package io.powerpool.reporter.ledger;

import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.JournalEntry.UnreadableEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What entries come to in the tables, for one transaction, which is left to {@link Ledger}.
 *
 * <p>Anybody can invent names of workers, so an address has only so many: what is sent under
 * further ones is summed under {@value #OTHER_NAMES}.
 *
 * <p>An accepted share counts for the round of its own coin and of each coin merged with it, for
 * one hash may solve a block of any of them. Which are merged is what this node's configuration
 * says when the share is stored; the share does not carry it.
 */
final class LedgerEntries {

  private static final long MINUTE_MILLIS = 60_000;

  /** The round that is not over yet. */
  private static final String OPEN_ROUND = "";

  /** Stands for all names beyond the limit. */
  static final String OTHER_NAMES = "*";

  private final Connection connection;
  private final LedgerOptions options;

  /** What each worker is called here. */
  private final Map<Worker, String> names = new HashMap<>();

  /** How many names an address has, as far as it was counted. */
  private final Map<String, Integer> nameCounts = new HashMap<>();

  private long renamed;

  LedgerEntries(Connection connection, LedgerOptions options) {
    this.connection = connection;
    this.options = options;
  }

  /** How many shares were summed under {@value #OTHER_NAMES}. */
  long renamed() {
    return renamed;
  }

  private String name(Worker worker) throws SQLException {
    String name = names.get(worker);
    if (name == null) {
      name = isListed(worker) || mayList(worker.address()) ? worker.name() : OTHER_NAMES;
      names.put(worker, name);
    }
    return name;
  }

  private boolean isListed(Worker worker) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT 1 FROM workers WHERE address = ? AND worker = ?")) {
      select.setString(1, worker.address());
      select.setString(2, worker.name());
      try (ResultSet rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  private boolean mayList(String address) throws SQLException {
    Integer count = nameCounts.get(address);
    if (count == null) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT COUNT(DISTINCT worker) FROM workers WHERE address = ?")) {
        select.setString(1, address);
        try (ResultSet rows = select.executeQuery()) {
          rows.next();
          count = rows.getInt(1);
        }
      }
    }
    nameCounts.put(address, count + 1);
    return count < options.maxWorkerNames();
  }

  /**
   * Stores entries, in order.
   *
   * @throws SQLException also if the database takes no such entry
   * @throws RuntimeException if an entry makes no sense
   */
  void store(Iterable<JournalEntry> entries) throws SQLException {
    Sums sums = new Sums();
    for (JournalEntry entry : entries) {
      if (entry instanceof ShareEntry share) {
        String name = name(share.share().worker());
        if (!name.equals(share.share().worker().name())) {
          renamed++;
        }
        sums.add(share.share(), name, options.rounds(share.share().coin()));
      } else if (entry instanceof BlockEntry block) {
        // A block ends a round: the shares before it go in first.
        storeSums(sums);
        sums = new Sums();
        storeBlock(block.block());
      } else if (entry instanceof TelemetryEntry telemetry) {
        Worker worker = telemetry.telemetry().worker();
        LedgerTelemetry.store(connection, telemetry.telemetry(), name(worker));
      } else if (entry instanceof UnreadableEntry unreadable) {
        throw new IllegalArgumentException(unreadable.reason());
      }
    }
    storeSums(sums);
  }

  private void storeSums(Sums sums) throws SQLException {
    if (sums.minutes.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO share_minutes
              (minute, coin, algorithm, address, worker, verdict, shares, difficulty)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (minute, coin, algorithm, address, worker, verdict) DO UPDATE SET
              shares = share_minutes.shares + excluded.shares,
              difficulty = share_minutes.difficulty + excluded.difficulty""")) {
      for (Map.Entry<MinuteKey, Sum> entry : sums.minutes.entrySet()) {
        MinuteKey key = entry.getKey();
        upsert.setLong(1, key.minute);
        upsert.setString(2, key.coin);
        upsert.setString(3, key.algorithm);
        upsert.setString(4, key.address);
        upsert.setString(5, key.worker);
        upsert.setString(6, label(key.verdict));
        upsert.setLong(7, entry.getValue().shares);
        upsert.setDouble(8, entry.getValue().difficulty);
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO round_shares (coin, block, address, shares, difficulty)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (coin, block, address) DO UPDATE SET
              shares = round_shares.shares + excluded.shares,
              difficulty = round_shares.difficulty + excluded.difficulty""")) {
      for (Map.Entry<RoundKey, Sum> entry : sums.rounds.entrySet()) {
        upsert.setString(1, entry.getKey().coin);
        upsert.setString(2, OPEN_ROUND);
        upsert.setString(3, entry.getKey().address);
        upsert.setLong(4, entry.getValue().shares);
        upsert.setDouble(5, entry.getValue().difficulty);
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
    storeWorkers(sums);
  }

  private void storeWorkers(Sums sums) throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO workers
              (address, worker, coin, algorithm, first_seen, last_seen, last_accepted)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (address, worker, coin, algorithm) DO UPDATE SET
              first_seen = CASE WHEN excluded.first_seen < workers.first_seen
                THEN excluded.first_seen ELSE workers.first_seen END,
              last_seen = CASE WHEN excluded.last_seen > workers.last_seen
                THEN excluded.last_seen ELSE workers.last_seen END,
              last_accepted = CASE WHEN excluded.last_accepted > workers.last_accepted
                THEN excluded.last_accepted ELSE workers.last_accepted END""")) {
      for (Map.Entry<WorkerKey, Seen> entry : sums.workers.entrySet()) {
        upsert.setString(1, entry.getKey().address);
        upsert.setString(2, entry.getKey().worker);
        upsert.setString(3, entry.getKey().coin);
        upsert.setString(4, entry.getKey().algorithm);
        upsert.setLong(5, entry.getValue().first);
        upsert.setLong(6, entry.getValue().last);
        upsert.setLong(7, entry.getValue().accepted);
        upsert.addBatch();
      }
      upsert.executeBatch();
    }
  }

  private void storeBlock(BlockReport block) throws SQLException {
    if (!Double.isFinite(block.networkDifficulty())) {
      throw new IllegalArgumentException(
          "a block's network difficulty cannot be " + block.networkDifficulty());
    }
    String hash = block.hash().toString();
    boolean ended = hasEndedRound(hash);
    try (PreparedStatement upsert =
        connection.prepareStatement(
            // The finder's first report may come after the outcome: they travel in two journals.
            """
            INSERT INTO blocks
              (hash, coin, algorithm, height, address, worker, reward, bits, network_difficulty,
               outcome, reason, found_at, fees)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (hash) DO UPDATE SET
              outcome = excluded.outcome, reason = excluded.reason, reward = excluded.reward,
              found_at = excluded.found_at, fees = COALESCE(excluded.fees, blocks.fees)
            WHERE excluded.outcome <> 'pending'""")) {
      upsert.setString(1, hash);
      upsert.setString(2, block.coin());
      upsert.setString(3, block.algorithm());
      upsert.setLong(4, block.height());
      upsert.setString(5, block.worker().address());
      upsert.setString(6, block.worker().name());
      upsert.setLong(7, block.reward());
      upsert.setString(8, block.bits());
      upsert.setDouble(9, block.networkDifficulty());
      upsert.setString(10, label(block.outcome()));
      upsert.setString(11, block.reason());
      upsert.setLong(12, block.epochMillis());
      if (block.hasFees()) {
        upsert.setLong(13, block.fees());
      } else {
        upsert.setNull(13, Types.BIGINT);
      }
      upsert.executeUpdate();
    }
    boolean ends = endsRound(block.outcome());
    if (ends && !ended) {
      moveRound(block.coin(), OPEN_ROUND, hash);
    } else if (ended && !ends && block.outcome() != BlockOutcome.PENDING) {
      // The chain has dropped the block after all: its work is still to be paid.
      moveRound(block.coin(), hash, OPEN_ROUND);
    }
  }

  /**
   * Whether this block's shares are a round of its own: the block's last outcome says so, as there
   * may have been no share in it.
   */
  private boolean hasEndedRound(String hash) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 1 FROM blocks WHERE hash = ? AND outcome IN ('accepted', 'duplicate')")) {
      select.setString(1, hash);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  private void moveRound(String coin, String from, String to) throws SQLException {
    try (PreparedStatement add =
            connection.prepareStatement(
                """
                INSERT INTO round_shares (coin, block, address, shares, difficulty)
                SELECT coin, ?, address, shares, difficulty
                FROM round_shares WHERE coin = ? AND block = ?
                ON CONFLICT (coin, block, address) DO UPDATE SET
                  shares = round_shares.shares + excluded.shares,
                  difficulty = round_shares.difficulty + excluded.difficulty""");
        PreparedStatement remove =
            connection.prepareStatement("DELETE FROM round_shares WHERE coin = ? AND block = ?")) {
      add.setString(1, to);
      add.setString(2, coin);
      add.setString(3, from);
      add.executeUpdate();
      remove.setString(1, coin);
      remove.setString(2, from);
      remove.executeUpdate();
    }
  }

  /** Whether the chain has the block; one that only may become part of it ends nothing yet. */
  private static boolean endsRound(BlockOutcome outcome) {
    return switch (outcome) {
      case ACCEPTED, DUPLICATE -> true;
      case PENDING, INCONCLUSIVE, STALE, REJECTED -> false;
    };
  }

  /** The words in the database: they stay, whatever the constants are called. */
  static String label(Verdict verdict) {
    return switch (verdict) {
      case ACCEPTED -> "accepted";
      case STALE -> "stale";
      case DUPLICATE -> "duplicate";
      case LOW_DIFFICULTY -> "low";
      case INVALID -> "invalid";
    };
  }

  /** The words in the database: they stay, whatever the constants are called. */
  static String label(BlockOutcome outcome) {
    return switch (outcome) {
      case PENDING -> "pending";
      case ACCEPTED -> "accepted";
      case DUPLICATE -> "duplicate";
      case INCONCLUSIVE -> "inconclusive";
      case STALE -> "stale";
      case REJECTED -> "rejected";
    };
  }

  private record MinuteKey(
      long minute, String coin, String algorithm, String address, String worker, Verdict verdict) {}

  private record RoundKey(String coin, String address) {}

  private record WorkerKey(String address, String worker, String coin, String algorithm) {}

  private static final class Sum {
    private long shares;
    private double difficulty;

    void add(Share share) {
      shares++;
      difficulty += share.difficulty();
    }
  }

  private static final class Seen {
    private long first = Long.MAX_VALUE;
    private long last;
    private long accepted;

    void add(Share share) {
      first = Math.min(first, share.epochMillis());
      last = Math.max(last, share.epochMillis());
      if (share.verdict() == Verdict.ACCEPTED) {
        accepted = Math.max(accepted, share.epochMillis());
      }
    }
  }

  /** What the shares of a batch come to: one row each instead of one per share. */
  private static final class Sums {
    private final Map<MinuteKey, Sum> minutes = new LinkedHashMap<>();
    private final Map<RoundKey, Sum> rounds = new LinkedHashMap<>();
    private final Map<WorkerKey, Seen> workers = new LinkedHashMap<>();

    /**
     * @param worker what the worker is called here
     * @param coins whose rounds it counts for
     */
    void add(Share share, String worker, List<String> coins) {
      if (!Double.isFinite(share.difficulty()) || share.difficulty() < 0) {
        // One such share would spoil its minute and its round for good.
        throw new IllegalArgumentException("a share cannot count " + share.difficulty());
      }
      String address = share.worker().address();
      minutes
          .computeIfAbsent(
              new MinuteKey(
                  Math.floorDiv(share.epochMillis(), MINUTE_MILLIS),
                  share.coin(),
                  share.algorithm(),
                  address,
                  worker,
                  share.verdict()),
              key -> new Sum())
          .add(share);
      workers
          .computeIfAbsent(
              new WorkerKey(address, worker, share.coin(), share.algorithm()), key -> new Seen())
          .add(share);
      if (share.verdict() == Verdict.ACCEPTED) {
        for (String coin : coins) {
          rounds.computeIfAbsent(new RoundKey(coin, address), key -> new Sum()).add(share);
        }
      }
    }
  }
}
