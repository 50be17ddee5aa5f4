package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Worker;
import io.vertx.core.json.JsonObject;

/**
 * What is written down beside a solved block.
 *
 * @param report as far as it is known
 * @param previous the parent's block id
 * @param node that found it
 * @param settled whether the outcome is final, so that nothing is left to do
 */
record KeptBlock(BlockReport report, Hash256 previous, String node, boolean settled) {

  KeptBlock with(BlockOutcome outcome, String reason, boolean isSettled) {
    return new KeptBlock(report.with(outcome, reason), previous, node, isSettled);
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("coin", report.coin())
        .put("algorithm", report.algorithm())
        .put("height", report.height())
        .put("hash", report.hash().toString())
        .put("previous", previous.toString())
        .put("found_ms", report.epochMillis())
        .put("address", report.worker().address())
        .put("worker", report.worker().name())
        .put("node", node)
        .put("reward", report.reward())
        .put("fees", report.fees())
        .put("bits", report.bits())
        .put("network_difficulty", report.networkDifficulty())
        .put("outcome", report.outcome().name())
        .put("reason", report.reason())
        .put("settled", settled);
  }

  /** Reads what {@link #toJson} wrote; throws a RuntimeException on anything else. */
  static KeptBlock from(JsonObject json) {
    return new KeptBlock(
        new BlockReport(
            json.getLong("found_ms"),
            json.getString("coin"),
            json.getString("algorithm"),
            json.getInteger("height"),
            Hash256.ofDisplayHex(json.getString("hash")),
            new Worker(json.getString("address"), json.getString("worker")),
            json.getLong("reward"),
            json.getString("bits"),
            json.getDouble("network_difficulty"),
            BlockOutcome.valueOf(json.getString("outcome")),
            json.getString("reason"),
            // The version before did not know them.
            json.getLong("fees", BlockReport.UNKNOWN_FEES)),
        Hash256.ofDisplayHex(json.getString("previous")),
        json.getString("node"),
        json.getBoolean("settled"));
  }
}
