package io.powerpool.testing.cluster;

import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.cluster.Ledgers.BlockRow;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether every block that a miner has solved has come to the end that it deserves: it is in the
 * chain and its ledger says so, or it has lost to one that was there before it could be known, and
 * its ledger says that.
 */
final class BlockAudit {

  /**
   * So long after a block was solved another one may come and win all the same: the time that a
   * block needs to a daemon, where the leader has to be given up first.
   */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(3);

  /** The pool calls a block lost when the chain is three blocks higher. */
  private static final int BURYING = 4;

  private static final Set<String> WON = Set.of("accepted", "duplicate");
  private static final String LOST = "stale";

  private final PoolCluster cluster;
  private final Ledgers ledgers;
  private final Trouble trouble;

  /** Those that were well: asked about again only in the end. */
  private final Set<String> well = new HashSet<>();

  BlockAudit(PoolCluster cluster, Ledgers ledgers, Trouble trouble) {
    this.cluster = cluster;
    this.ledgers = ledgers;
    this.trouble = trouble;
  }

  /** What was done to nodes that excuses a block's loss. */
  interface Trouble {

    /** Whether a node was killed in the time after a moment. */
    boolean killed(int node, long momentNanos, Duration time);

    /** Whether the network was cut at a moment. */
    boolean cut(long momentNanos);
  }

  /** From here on every block is looked at again. */
  void lookAgain() {
    well.clear();
  }

  /** Has the chain grow if a block is beside it, so that there is no hope left for that. */
  void bury(ShareBook.Snapshot now) {
    Map<String, BlockRow> rows = ledgers.blocks();
    boolean undecided =
        now.blocks().stream()
            .filter(block -> confirmations(block) <= 0)
            .map(block -> rows.get(block.hash().toString()))
            .anyMatch(row -> row == null || !row.outcome().equals(LOST));
    if (undecided) {
      cluster.livingDaemon().generate(BURYING, PoolCluster.ADDRESS);
    }
  }

  /** What is wrong, by the block's hash. */
  Map<String, String> faults(ShareBook.Snapshot now) {
    Map<String, BlockRow> rows = ledgers.blocks();
    Map<String, String> faults = new TreeMap<>();
    for (ShareBook.Block block : now.blocks()) {
      String hash = block.hash().toString();
      if (!well.contains(hash)) {
        Optional<String> fault = fault(block, rows.get(hash), now);
        fault.ifPresent(
            words -> faults.put(hash, "block " + hash + " of node " + block.node() + ": " + words));
        if (fault.isEmpty()) {
          well.add(hash);
        }
      }
    }
    return faults;
  }

  private Optional<String> fault(ShareBook.Block block, BlockRow row, ShareBook.Snapshot now) {
    if (row == null) {
      return Optional.of("in no ledger");
    }
    int confirmations = confirmations(block);
    if (confirmations > 0) {
      return WON.contains(row.outcome())
          ? Optional.empty()
          : Optional.of("in the chain, and the ledger says " + row.outcome());
    }
    // However late it was: it is handed in everywhere, and daemons keep what is beside the chain.
    if (confirmations == 0) {
      return Optional.of("at no daemon, and the ledger says " + row.outcome());
    }
    if (!row.outcome().equals(LOST)) {
      return Optional.of("beside the chain, and the ledger says " + row.outcome());
    }
    if (trouble.cut(block.nanos()) || trouble.killed(block.node(), block.nanos(), ON_ITS_WAY)) {
      return Optional.empty();
    }
    long laterMillis = rivalMillis(row.height(), now) - block.millis();
    return laterMillis <= ON_ITS_WAY.toMillis()
        ? Optional.empty()
        : Optional.of("beside the chain, though the other one came " + laterMillis + " ms later");
  }

  /** When the block of a height that is in the chain was found, in milliseconds since 1970. */
  private long rivalMillis(long height, ShareBook.Snapshot now) {
    LitecoinNodes.Node daemon = cluster.livingDaemon();
    String hash = (String) daemon.call("getblockhash", height);
    return now.blocks().stream()
        .filter(block -> block.hash().toString().equals(hash))
        .map(ShareBook.Block::millis)
        .findFirst()
        .orElseGet(
            () -> {
              JsonObject header = (JsonObject) daemon.call("getblockheader", hash);
              return header.getLong("time") * 1000;
            });
  }

  /**
   * How many blocks of the chain stand on it, itself included; −1 if it is valid and another one of
   * its height is in the chain; 0 if no daemon knows it.
   */
  int confirmations(ShareBook.Block block) {
    List<Integer> known = new ArrayList<>();
    for (LitecoinNodes.Node daemon : cluster.livingDaemons()) {
      try {
        JsonObject header = (JsonObject) daemon.call("getblockheader", block.hash().toString());
        known.add(header.getInteger("confirmations"));
      } catch (IllegalStateException unknown) {
        // One that was beside the chain does not travel from daemon to daemon.
      }
    }
    return known.stream().max(Integer::compare).orElse(0);
  }
}
