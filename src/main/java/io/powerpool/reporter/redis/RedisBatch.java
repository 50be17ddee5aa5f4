package io.powerpool.reporter.redis;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What entries of a journal come to in PowerPool's keys: the operations of {@code store.lua}.
 *
 * <p>Readers take keys and fields apart at {@code _}, {@code .} and {@code :}, so names of workers
 * have none of them here.
 */
final class RedisBatch {

  private static final long MINUTE_MILLIS = 60_000;
  private static final String STATUS_SECONDS = "86400";

  /** Devices of one machine that get a field; any beyond are left out. */
  private static final int MOST_DEVICES = 64;

  /** By how much an agent's clock, or what it had to keep for a while, may be off. */
  private static final long ODD_MILLIS = 10 * MINUTE_MILLIS;

  private static final Pattern SEPARATORS = Pattern.compile("[._:]");

  private final PoolReports poolReports;
  private final String node;
  private final JsonArray operations = new JsonArray();

  /** Sums that were not made operations yet: by key and field, and by list and address. */
  private final Map<List<String>, Double> sums = new LinkedHashMap<>();

  private final Map<List<String>, Double> slices = new LinkedHashMap<>();
  private long leftOut;

  /**
   * @param node whose journal it is
   */
  RedisBatch(String node, List<JournalEntry> entries, PoolReports poolReports) {
    this.poolReports = poolReports;
    this.node = node;
    for (JournalEntry entry : entries) {
      add(entry);
    }
    endSums();
  }

  /** For {@code store.lua}. */
  JsonArray operations() {
    return operations;
  }

  /** Entries that no key can be made of. */
  long leftOut() {
    return leftOut;
  }

  private void add(JournalEntry entry) {
    if (entry instanceof ShareEntry share) {
      add(share.share());
    } else if (entry instanceof BlockEntry block) {
      add(block.block());
    } else if (entry instanceof TelemetryEntry telemetry) {
      add(telemetry.telemetry());
    } else if (entry instanceof JournalEntry.UnreadableEntry) {
      leftOut++;
    }
  }

  private void add(Share share) {
    if (!Double.isFinite(share.difficulty()) || share.difficulty() < 0) {
      leftOut++;
      return;
    }
    String type = type(share.verdict());
    if (type.isEmpty()) {
      return;
    }
    long minute = minute(share.epochMillis());
    String algorithm = Algorithms.powerPoolName(share.algorithm());
    String key = "min_" + type + "_" + algorithm + "_" + minute;
    sum(key, field(share.worker()), share.difficulty());
    for (Worker also : poolReports.of(share, node)) {
      sum(key, field(also), share.difficulty());
    }
    if (share.verdict() == Verdict.ACCEPTED) {
      String chain = "chain_" + share.chain();
      sum(currentBlock(share.coin(), algorithm), chain + "_shares", share.difficulty());
      for (String coin : merged().of(share.coin())) {
        sum(currentBlock(coin, algorithm), chain + "_shares", share.difficulty());
      }
      slices.merge(
          List.of(chain + "_slice", address(share.worker())), share.difficulty(), Double::sum);
    }
  }

  /** PowerPool counts these kinds, and invalid shares nowhere. */
  private static String type(Verdict verdict) {
    return switch (verdict) {
      case ACCEPTED -> "acc";
      case DUPLICATE -> "dup";
      case LOW_DIFFICULTY -> "low";
      case STALE -> "stale";
      case INVALID -> "";
    };
  }

  private void sum(String key, String field, double difficulty) {
    sums.merge(List.of(key, field), difficulty, Double::sum);
  }

  private void add(BlockReport block) {
    if (block.outcome() != BlockOutcome.ACCEPTED && block.outcome() != BlockOutcome.DUPLICATE) {
      return;
    }
    // A block ends a round: the shares before it go in first.
    endSums();
    String algorithm = Algorithms.powerPoolName(block.algorithm());
    JsonObject fields =
        new JsonObject()
            .put("address", address(block.worker()))
            .put("worker", name(block.worker().name()))
            .put("height", Integer.toString(block.height()))
            .put("total_subsidy", Long.toString(block.reward()))
            // As PowerPool wrote what it did not know.
            .put("fees", block.hasFees() ? Long.toString(block.fees()) : "None")
            .put("hex_bits", block.bits())
            .put("hash", block.hash().toString())
            .put("currency", block.coin())
            .put("algo", algorithm)
            .put("merged", merged().isAuxiliary(block.coin()) ? "1" : "0");
    operations.add(
        new JsonArray()
            .add("BLOCK")
            .add(
                new JsonObject()
                    .put("hash", block.hash().toString())
                    .put("currency", block.coin())
                    .put("algo", algorithm)
                    .put("time", Double.toString(block.epochMillis() / 1000.0))
                    .put("fields", fields)));
  }

  private void add(Telemetry telemetry) {
    String address = name(address(telemetry.worker()));
    String worker = name(telemetry.worker().name());
    Object data;
    try {
      data = Json.decodeValue(telemetry.data());
    } catch (DecodeException e) {
      // It would be sent again for ever.
      leftOut++;
      return;
    }
    switch (telemetry.type()) {
      case "temp", "hashrate" -> {
        if (data instanceof JsonArray values) {
          String key = telemetry.type() + "_" + minute(time(telemetry));
          int devices = Math.min(values.size(), MOST_DEVICES);
          for (int device = 0; device < devices; device++) {
            if (values.getValue(device) instanceof Number value) {
              operation("HSET", key, address + "_" + worker + "_" + device, value.toString());
            }
          }
        }
      }
      case "status" -> {
        if (data instanceof JsonObject status) {
          String text = status.put("time", telemetry.receivedMillis() / 1000.0).encode();
          operation("SETEX", "status_" + address + "_" + worker, STATUS_SECONDS, text);
        }
      }
      // PowerPool had no key for the others.
      default -> {}
    }
  }

  /** Keys have no end: an agent does not choose freely how many there are. */
  private static long time(Telemetry telemetry) {
    long off = telemetry.epochMillis() - telemetry.receivedMillis();
    return Math.abs(off) <= ODD_MILLIS ? telemetry.epochMillis() : telemetry.receivedMillis();
  }

  private void endSums() {
    sums.forEach(
        (place, sum) ->
            operation("HINCRBYFLOAT", place.get(0), place.get(1), Double.toString(sum)));
    slices.forEach(
        (place, sum) -> operation("RPUSH", place.get(0), place.get(1) + ":" + number(sum)));
    sums.clear();
    slices.clear();
  }

  private void operation(String command, String... arguments) {
    JsonArray operation = new JsonArray().add(command);
    for (String argument : arguments) {
      operation.add(argument);
    }
    operations.add(operation);
  }

  private MergedChains merged() {
    return poolReports.merged();
  }

  private static String currentBlock(String coin, String algorithm) {
    return "current_block_" + coin + "_" + algorithm;
  }

  private static String field(Worker worker) {
    return address(worker) + "." + name(worker.name());
  }

  /** A CashAddr address without its prefix: readers take lists apart at colons. */
  private static String address(Worker worker) {
    return worker.address().substring(worker.address().lastIndexOf(':') + 1);
  }

  private static String name(String text) {
    return SEPARATORS.matcher(text).replaceAll("-");
  }

  private static long minute(long epochMillis) {
    return Math.floorDiv(epochMillis, MINUTE_MILLIS) * 60;
  }

  /** Without an exponent, which not every reader takes. */
  private static String number(double sum) {
    return new BigDecimal(Double.toString(sum)).toPlainString();
  }
}
