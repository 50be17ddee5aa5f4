package io.powerpool.jobmanager;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes solved blocks: has each made ready, writes it down, and has it handed in. A block that is
 * reported again joins the submission under way or gets the outcome known. A block is settled when
 * it is buried or refused; its finder is told if it is lost after it was taken. After a restart,
 * blocks without a settled outcome are taken up again. Belongs to one event loop.
 */
final class BlockSubmitter {

  private static final Logger log = LoggerFactory.getLogger(BlockSubmitter.class);

  /** How long a block waits for the disk: it is worth nothing once another one is first. */
  private static final long DISK_PATIENCE_MILLIS = 500;

  private static final Duration TELL_TIMEOUT = Duration.ofSeconds(30);

  /** Between two tries to tell the finder of a block that it is lost. */
  private static final Duration TELL_RETRY = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final Coin coin;
  private final CoinServers servers;
  private final BlockAssembly assembly;
  private final HandOver handOver;
  private final BlockArchive archive;
  private final BlockStats stats;
  private final Consumer<Hash256> onTaken;
  private final Map<Hash256, Open> open = new HashMap<>();

  /** A block whose outcome is not settled yet. */
  private static final class Open {
    final Promise<Void> decided = Promise.promise();
    final boolean resumed;
    KeptBlock block;
    BlockSubmission submission;

    Open(boolean resumed) {
      this.resumed = resumed;
    }
  }

  /**
   * @param onTaken is given a block's id as soon as a server has taken it
   */
  BlockSubmitter(
      Vertx vertx,
      Coin coin,
      CoinServers servers,
      BlockAssembly assembly,
      HandOver handOver,
      BlockArchive archive,
      BlockStats stats,
      Consumer<Hash256> onTaken) {
    this.vertx = vertx;
    this.coin = coin;
    this.servers = servers;
    this.assembly = assembly;
    this.handOver = handOver;
    this.archive = archive;
    this.stats = stats;
    this.onTaken = onTaken;
  }

  /** Takes up the blocks that were not settled when the last process ended. */
  Future<Void> resume() {
    return archive
        .unsettled()
        .onSuccess(
            blocks -> {
              for (BlockArchive.Unsettled unsettled : blocks) {
                KeptBlock block = unsettled.block();
                log.info(
                    "{} block {} {} taken up again",
                    coin.currency(),
                    block.report().height(),
                    block.report().hash());
                Open entry = new Open(true);
                open.put(block.report().hash(), entry);
                start(entry, block, unsettled.hex());
              }
            })
        .mapEmpty();
  }

  /** When the outcomes so far have been written down. */
  Future<Void> flushed() {
    return archive.flushed();
  }

  /** A server that was down is live. */
  void onServerRecovered() {
    for (Open entry : List.copyOf(open.values())) {
      if (entry.submission != null) {
        entry.submission.onServerRecovered();
      }
    }
  }

  /**
   * Hands a block in, once however often it is reported.
   *
   * @return what became of it, as soon as that is known
   */
  Future<BlockReport> submit(SolvedBlock solved) {
    Open known = open.get(solved.hash());
    if (known != null) {
      return known.decided.future().map(decided -> known.block.report());
    }
    Open entry = new Open(false);
    open.put(solved.hash(), entry);
    return archive
        .find(solved)
        .timeout(DISK_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .recover(
            unreadable -> {
              log.error("{}: notes of {} not read", coin.currency(), solved.hash(), unreadable);
              return Future.succeededFuture(Optional.empty());
            })
        .compose(
            kept -> {
              if (kept.isPresent() && kept.get().settled()) {
                open.remove(solved.hash());
                entry.block = kept.get();
                entry.decided.complete();
                return Future.succeededFuture();
              }
              return assemble(solved, entry);
            })
        .compose(started -> entry.decided.future())
        .map(decided -> entry.block.report());
  }

  private Future<Void> assemble(SolvedBlock solved, Open entry) {
    return assembly
        .assemble(solved)
        .compose(assembled -> writeDown(solved, assembled, entry))
        .recover(
            failure -> {
              log.error(
                  "{} block {} {}: cannot be assembled from job {}",
                  coin.currency(),
                  solved.height(),
                  solved.hash(),
                  Long.toHexString(solved.jobId()),
                  failure);
              open.remove(solved.hash());
              if (failure instanceof NoSuchFileException) {
                entry.block = withoutTemplate(solved);
                entry.decided.complete();
                return Future.succeededFuture();
              }
              // Whoever found it asks again, and the next try may succeed.
              entry.decided.fail(failure);
              return Future.failedFuture(failure);
            });
  }

  /** Nothing will ever bring this block into the chain, and nobody need ask again. */
  private KeptBlock withoutTemplate(SolvedBlock solved) {
    BlockHeader header = BlockHeader.read(solved.header(), 0);
    return new KeptBlock(
        report(
            solved,
            0,
            header.bits(),
            BlockOutcome.REJECTED,
            "the template of job " + Long.toHexString(solved.jobId()) + " is not kept any more"),
        header.previous(),
        solved.node(),
        true);
  }

  private Future<Void> writeDown(
      SolvedBlock solved, BlockAssembly.Assembled assembled, Open entry) {
    BlockReport report =
        report(solved, assembled.reward(), assembled.bits(), BlockOutcome.PENDING, "")
            .withFees(assembled.fees());
    KeptBlock block = new KeptBlock(report, assembled.previous(), solved.node(), false);
    log.info(
        "{} block {} {} found by {}",
        coin.currency(),
        solved.height(),
        solved.hash(),
        solved.worker());
    stats.onSolved(report);
    return archive
        .create(block, assembled.hex())
        .timeout(DISK_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .recover(
            failure -> {
              // Neither a full disk nor one that hangs must cost a block.
              log.error(
                  "{} block {} not written down yet", coin.currency(), solved.hash(), failure);
              return Future.succeededFuture();
            })
        .onSuccess(written -> start(entry, block, assembled.hex()))
        .mapEmpty();
  }

  private BlockReport report(
      SolvedBlock solved, long reward, CompactBits bits, BlockOutcome outcome, String reason) {
    return new BlockReport(
        solved.epochMillis(),
        coin.currency(),
        coin.algorithm().name(),
        solved.height(),
        solved.hash(),
        solved.worker(),
        reward,
        bits.toString(),
        Difficulty.ofTarget(bits.toTarget(), coin.difficultyOne()).value(),
        outcome,
        reason);
  }

  private void start(Open entry, KeptBlock block, String hex) {
    entry.block = block;
    entry.submission =
        new BlockSubmission(
            vertx,
            servers,
            block,
            hex,
            handOver,
            (outcome, reason, settled) -> onOutcome(entry, outcome, reason, settled));
    entry.submission.start();
  }

  private void onOutcome(Open entry, BlockOutcome outcome, String reason, boolean settled) {
    BlockOutcome before = entry.block.report().outcome();
    // A server that is asked again after a restart knows the block that it took.
    boolean known = outcome == before || (isTaken(outcome) && isTaken(before));
    boolean owed = outcome == BlockOutcome.STALE && (isTaken(before) || entry.resumed);
    entry.block =
        entry.block.with(
            known ? before : outcome,
            known ? entry.block.report().reason() : reason,
            settled && !owed);
    if (!known) {
      tell(before, entry.block.report());
    }
    // Answered before the note is on disk: after a crash in between the block is handed in again,
    // and "duplicate" leads to the same outcome.
    entry.decided.tryComplete();
    Future<Void> noted = archive.update(entry.block);
    if (owed) {
      tellFinder(entry);
    } else if (settled) {
      noted.onComplete(written -> open.remove(entry.block.report().hash()));
    }
  }

  private static boolean isTaken(BlockOutcome outcome) {
    return outcome == BlockOutcome.ACCEPTED || outcome == BlockOutcome.DUPLICATE;
  }

  private void tell(BlockOutcome before, BlockReport report) {
    if (report.outcome() == BlockOutcome.REJECTED) {
      log.error(
          "{} block {} {} REJECTED: {}",
          coin.currency(),
          report.height(),
          report.hash(),
          report.reason());
    } else {
      log.info(
          "{} block {} {} {} {}",
          coin.currency(),
          report.height(),
          report.hash(),
          report.outcome(),
          report.reason());
    }
    stats.onOutcome(before, report);
    if (isTaken(report.outcome())) {
      onTaken.accept(report.hash());
    }
  }

  /** Whoever found a block that was taken has stopped asking about it, so he has to be told. */
  private void tellFinder(Open entry) {
    // The block itself is not needed any more.
    entry.submission = null;
    BlockReport report = entry.block.report();
    Topics.of(vertx)
        .blockLost(entry.block.node())
        .ask(report, TELL_TIMEOUT)
        .onSuccess(
            kept ->
                archive
                    .update(entry.block.with(report.outcome(), report.reason(), true))
                    .onComplete(written -> open.remove(report.hash())))
        .onFailure(away -> vertx.setTimer(TELL_RETRY.toMillis(), fired -> tellFinder(entry)));
  }
}
