package io.powerpool.reporter.celery;

import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Consecutive entries of one journal, summed up as PowerPool's tasks want them. The same entries
 * always make the same calls with the same ids.
 */
final class ShareGroup {

  private static final long MINUTE_SECONDS = 60;
  private static final long MILLIS_PER_SECOND = 1000;
  private static final long MILLIS_PER_MINUTE = 60_000;

  /** Doubles below are exact whole numbers if they are whole: 2^53. */
  private static final double EXACT = 9_007_199_254_740_992.0;

  private final String node;
  private final String journalId;
  private final long first;

  /** Of accepted shares, by address. */
  private final Map<String, Double> shares = new LinkedHashMap<>();

  private final Map<MinuteKey, Double> minutes = new LinkedHashMap<>();
  private final List<BlockReport> blocks = new ArrayList<>();
  private final List<Told> telemetry = new ArrayList<>();
  private long characters;

  /**
   * @param node whose journal it is
   * @param first the sequence of its first entry
   */
  ShareGroup(String node, String journalId, long first) {
    this.node = node;
    this.journalId = journalId;
    this.first = first;
  }

  /** Its data stays text until it is sent: as objects it would take many times the memory. */
  private record Told(long sequence, Telemetry telemetry) {}

  private record MinuteKey(
      String user, String worker, String algorithm, Verdict verdict, long minute) {}

  /**
   * Adds a share.
   *
   * @return false if it cannot be counted: its difficulty is no number
   */
  boolean add(Share share, PoolReports pool) {
    if (!Double.isFinite(share.difficulty()) || share.difficulty() < 0) {
      return false;
    }
    // PowerPool counts these nowhere either.
    if (share.verdict() == Verdict.INVALID) {
      return true;
    }
    addMinute(share, share.worker());
    for (Worker also : pool.of(share, node)) {
      addMinute(share, also);
    }
    if (share.verdict() == Verdict.ACCEPTED) {
      String address = share.worker().address();
      characters += shares.containsKey(address) ? 0 : address.length();
      shares.merge(address, share.difficulty(), Double::sum);
    }
    return true;
  }

  private void addMinute(Share share, Worker worker) {
    long minute = Math.floorDiv(share.epochMillis(), MILLIS_PER_MINUTE) * MINUTE_SECONDS;
    MinuteKey key =
        new MinuteKey(worker.address(), worker.name(), share.algorithm(), share.verdict(), minute);
    characters += minutes.containsKey(key) ? 0 : length(worker);
    minutes.merge(key, share.difficulty(), Double::sum);
  }

  /**
   * Adds news of a block.
   *
   * @return whether there is a task to be called for it
   */
  boolean add(BlockReport block) {
    boolean taken =
        block.outcome() == BlockOutcome.ACCEPTED || block.outcome() == BlockOutcome.DUPLICATE;
    if (taken) {
      blocks.add(block);
    }
    return taken;
  }

  /**
   * Adds what a rig agent tells.
   *
   * @param sequence of its entry
   * @return false if it cannot be passed on: its data is no JSON
   */
  boolean add(Telemetry told, long sequence) {
    try {
      Json.decodeValue(told.data());
    } catch (DecodeException e) {
      return false;
    }
    telemetry.add(new Told(sequence, told));
    characters += length(told.worker()) + told.type().length() + told.data().length();
    return true;
  }

  private static int length(Worker worker) {
    return worker.address().length() + worker.name().length();
  }

  /** How many calls it makes at present. */
  int size() {
    return shares.size() + minutes.size() + blocks.size() + telemetry.size();
  }

  /** How many characters there are in its calls' texts that others have chosen. */
  long characters() {
    return characters;
  }

  /** How many addresses have accepted shares in it. */
  int addresses() {
    return shares.size();
  }

  /** The calls: of shares, then of minutes, then of blocks, then of rig agents. */
  List<CeleryMessage> messages(CeleryOptions options) {
    List<CeleryMessage> messages = new ArrayList<>(size());
    shares.forEach(
        (address, sum) ->
            messages.add(
                call(
                    options,
                    "add_share",
                    groupId(options, "add_share", address),
                    new JsonArray().add(address).add(number(sum)),
                    new JsonObject())));
    minutes.forEach((key, sum) -> messages.add(minute(options, key, sum)));
    for (BlockReport block : blocks) {
      messages.add(block(options, block));
    }
    telemetry.forEach(told -> messages.add(agent(options, told)));
    return messages;
  }

  private CeleryMessage minute(CeleryOptions options, MinuteKey key, double sum) {
    JsonObject kwargs =
        new JsonObject()
            .put("user", key.user)
            .put("worker", key.worker)
            .put("minute", key.minute)
            .put("valid_shares", 0);
    switch (key.verdict) {
      case ACCEPTED -> kwargs.put("valid_shares", number(sum));
      case DUPLICATE -> kwargs.put("dup_shares", number(sum));
      case LOW_DIFFICULTY -> kwargs.put("low_diff_shares", number(sum));
      case STALE -> kwargs.put("stale_shares", number(sum));
      case INVALID -> throw new AssertionError("never summed up");
    }
    String id =
        groupId(
            options,
            "add_one_minute",
            key.user,
            key.worker,
            key.algorithm,
            key.verdict.name(),
            Long.toString(key.minute));
    return call(options, "add_one_minute", id, new JsonArray(), kwargs);
  }

  private CeleryMessage block(CeleryOptions options, BlockReport block) {
    MergedChains merged = options.poolReports().merged();
    JsonObject kwargs =
        new JsonObject()
            .put("user", block.worker().address())
            .put("height", block.height())
            .put("total_value", block.reward())
            // Null if not known: the task allows that.
            .put("transaction_fees", block.hasFees() ? block.fees() : null)
            .put("bits", block.bits())
            .put("hash_hex", block.hash().toString())
            .put("merged", merged.isAuxiliary(block.coin()) ? block.coin() : null)
            .put("worker", block.worker().name());
    // The same for every report of this block, from whichever node.
    String id = id(options.name(), "add_block", block.coin(), block.hash().toString());
    return call(options, "add_block", id, new JsonArray(), kwargs);
  }

  private CeleryMessage agent(CeleryOptions options, Told told) {
    Worker worker = told.telemetry.worker();
    JsonArray args =
        new JsonArray()
            .add(worker.address())
            .add(worker.name())
            .add(told.telemetry.type())
            .add(Json.decodeValue(told.telemetry.data()))
            .add(told.telemetry.epochMillis() / MILLIS_PER_SECOND);
    String id = groupId(options, "agent_receive", Long.toString(told.sequence));
    return call(options, "agent_receive", id, args, new JsonObject());
  }

  private static CeleryMessage call(
      CeleryOptions options, String name, String id, JsonArray args, JsonObject kwargs) {
    String task = options.taskPrefix() + "." + name;
    return options.protocol() == 1
        ? CeleryMessage.version1(task, id, args, kwargs)
        : CeleryMessage.version2(task, id, args, kwargs, options.name() + "@powerpool");
  }

  private String groupId(CeleryOptions options, String... parts) {
    List<String> all = new ArrayList<>(List.of(options.name(), journalId, Long.toString(first)));
    all.addAll(List.of(parts));
    return id(all.toArray(String[]::new));
  }

  /** A UUID made of texts; each with its length, so that no two lists are taken for one another. */
  private static String id(String... parts) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      text.append(part.length()).append(':').append(part);
    }
    return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Whole numbers stand without a fraction, as PowerPool has them for whole difficulties. */
  private static Number number(double sum) {
    if (sum == Math.rint(sum) && sum < EXACT) {
      return (long) sum;
    }
    return sum;
  }
}
