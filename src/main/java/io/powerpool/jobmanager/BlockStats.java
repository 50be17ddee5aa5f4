package io.powerpool.jobmanager;

import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.vertx.core.json.JsonObject;

/** Counts the blocks of a coin since the start, under PowerPool's names. */
final class BlockStats {

  private int solves;
  private int accepts;
  private int rejects;
  private BlockReport last;

  void onSolved(BlockReport report) {
    solves++;
    last = report;
  }

  /** An outcome that replaces the one {@code before}. */
  void onOutcome(BlockOutcome before, BlockReport report) {
    if (before == BlockOutcome.ACCEPTED || before == BlockOutcome.DUPLICATE) {
      accepts--;
    }
    switch (report.outcome()) {
      case ACCEPTED, DUPLICATE -> accepts++;
      case STALE, REJECTED -> rejects++;
      case PENDING, INCONCLUSIVE -> {
        // Counted when it is decided.
      }
    }
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("accepts", accepts).put("rejects", rejects).put("solves", solves);
    if (last != null) {
      json.put("last_solve_hash", last.hash().toString())
          .put("last_solve_height", last.height())
          .put("last_solve_time", last.epochMillis() / 1000)
          .put("last_solve_worker", last.worker().toString());
    }
    return json;
  }
}
