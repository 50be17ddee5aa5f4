package io.powerpool.stratum;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.SolvedBlockCodec;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WireReader;
import io.powerpool.cluster.WireWriter;
import io.powerpool.process.DurableFile;
import io.powerpool.process.OutOfMemory;
import io.powerpool.share.BlockListener;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a solved block from the connection that found it to the job manager: written down and
 * forced to disk first, then asked about until the outcome is settled, also after a restart. One
 * per node.
 *
 * <p>A file holds the CRC-32C of what follows, the codec's version, and the block; it is removed
 * once the outcome is settled.
 */
public final class BlockFinder implements BlockSink {

  private static final Logger LOG = LoggerFactory.getLogger(BlockFinder.class);

  private static final String SUFFIX = ".solved";
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  /**
   * In a cluster the one asked may be gone without a word, and asking again costs nothing: a job
   * manager that has the block already answers when its outcome is known.
   */
  private static final Duration CLUSTER_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofSeconds(1);

  /**
   * So long the leader of a cluster may take before this node hands the block in too: a second
   * later another pool's block may be first, and that a server hears of it twice does no harm.
   */
  private static final long LEADER_PATIENCE_MILLIS = 300;

  /** After so many failures in a row, one is asked about only now and then. */
  private static final int PATIENT_AFTER = 60;

  private static final Duration PATIENT_RETRY = Duration.ofMinutes(1);
  private static final Duration DISK_PATIENCE = Duration.ofMillis(500);
  private static final long WRITE_CHECK_MILLIS = 10;

  private final Vertx vertx;
  private final Topics topics;
  private final String node;
  private final Path folder;
  private final BlockListener listener;
  private final SolvedBlockCodec codec = new SolvedBlockCodec();
  private final WorkerExecutor disk;
  private final Duration timeout;

  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();

  private final FoundBlocks blocks = new FoundBlocks();

  private Subscription lost = Future::succeededFuture;

  private volatile boolean closed;

  /**
   * @param node the name under which it is told of blocks that are lost
   * @param folder where unanswered blocks are kept; made if it is missing
   * @param listener is told each block at once, and again whenever its outcome becomes another; but
   *     for blocks of merged chains that are not to be reported
   */
  public BlockFinder(Vertx vertx, String node, Path folder, BlockListener listener) {
    this.vertx = vertx;
    this.node = node;
    this.topics = Topics.of(vertx);
    this.folder = folder;
    this.listener = listener;
    this.disk = vertx.createSharedWorkerExecutor("solved-blocks", 1);
    this.timeout = vertx.isClustered() ? CLUSTER_TIMEOUT : ANSWER_TIMEOUT;
  }

  /** Takes up the blocks that an earlier run left without an outcome. */
  public Future<Void> start() {
    lost = topics.blockLost(node).serve(this::onLost);
    return disk.executeBlocking(this::leftOvers)
        .map(
            blocks -> {
              for (SolvedBlock block : blocks) {
                LOG.info("taking up solved block {} height {}", block.hash(), block.height());
                unanswered.incrementAndGet();
                ask(block);
              }
              return null;
            });
  }

  @Override
  public void found(SolvedBlock block, BlockReport pending) {
    FoundBlocks.Worth worth = blocks.add(block);
    if (worth == FoundBlocks.Worth.TOO_MANY) {
      LOG.warn(
          "{} blocks of {} job {} have no outcome yet: more of them are not handed in",
          FoundBlocks.MOST_UNDECIDED,
          block.currency(),
          Long.toHexString(block.jobId()));
    }
    if (worth != FoundBlocks.Worth.HAND_IN) {
      return;
    }
    LOG.info(
        "solved {} block {} height {} by {}",
        block.currency(),
        block.hash(),
        block.height(),
        block.worker());
    Throwable untold = block.isReported() ? tell(block, pending) : null;
    // A disk that hangs must not cost the block: after a while it is asked about all the same.
    AtomicBoolean asked = new AtomicBoolean();
    long patience =
        vertx.setTimer(
            DISK_PATIENCE.toMillis(),
            timer -> {
              if (asked.compareAndSet(false, true)) {
                LOG.error("the disk is slow: block {} is submitted unwritten", block.hash());
                ask(block);
              }
            });
    unanswered.incrementAndGet();
    writes.incrementAndGet();
    disk.executeBlocking(() -> write(block))
        .onFailure(
            error ->
                LOG.error(
                    "solved block {} could not be written to {}: it is submitted all the same",
                    block.hash(),
                    folder,
                    error))
        .onComplete(
            written -> {
              writes.decrementAndGet();
              vertx.cancelTimer(patience);
              if (asked.compareAndSet(false, true)) {
                ask(block);
              }
              // Only now: the next start takes up what is written.
              OutOfMemory.check(untold);
            });
  }

  /**
   * Whatever is wrong with the listener must not cost the block: it is told of it again.
   *
   * @return what was wrong; null if nothing was
   */
  private Throwable tell(SolvedBlock block, BlockReport pending) {
    try {
      listener.onBlock(pending, block.chain());
      return null;
    } catch (OutOfMemoryError e) {
      // By logging it with its stack the process would end before the block is written.
      LOG.error("block {} could not be reported: {}", block.hash(), e.toString());
      return e;
    } catch (Throwable e) {
      LOG.error("block {} could not be reported and is submitted all the same", block.hash(), e);
      return e;
    }
  }

  /**
   * Asks no more, once what was found is written; what has no outcome yet is taken up at the next
   * start.
   */
  public Future<Void> close() {
    closed = true;
    Promise<Void> written = Promise.promise();
    awaitWrites(written);
    return lost.cancel().compose(none -> written.future()).compose(nothing -> disk.close());
  }

  /** The chain has dropped a block whose outcome seemed final. */
  private Future<String> onLost(BlockReport report) {
    LOG.error(
        "{} block {} height {}: {}",
        report.coin(),
        report.hash(),
        report.height(),
        report.reason());
    return Future.fromCompletionStage(
            listener.onBlock(report, BlockListener.ANY_CHAIN), vertx.getOrCreateContext())
        .map("kept");
  }

  private void awaitWrites(Promise<Void> written) {
    if (writes.get() == 0) {
      written.complete();
    } else {
      vertx.setTimer(WRITE_CHECK_MILLIS, timer -> awaitWrites(written));
    }
  }

  /**
   * How many blocks have no outcome yet that is safe with the listener; but for those that have
   * been asked about in vain for so long that soon there will hardly be one.
   */
  public int unanswered() {
    return unanswered.get();
  }

  private void ask(SolvedBlock block) {
    ask(new Inquiry(block));
  }

  private void ask(Inquiry inquiry) {
    if (closed) {
      return;
    }
    long here = vertx.setTimer(LEADER_PATIENCE_MILLIS, fired -> askHere(inquiry));
    topics
        .solvedBlocks(inquiry.block.currency())
        .ask(inquiry.block, timeout)
        .onComplete(answer -> vertx.cancelTimer(here))
        .onSuccess(report -> answered(inquiry, report))
        .onFailure(
            error -> {
              askHere(inquiry);
              failed(inquiry, "no answer yet", error);
            });
  }

  /**
   * The leader does not answer, or refuses the block, which may be for what only it lacks: the job
   * manager of this node hands it in, whether it leads or not. A leader that does not answer is
   * asked all the same, so it knows of the block when it is back.
   *
   * @return whether it was taken; false also if it could not be asked. It is asked once
   */
  private Future<Boolean> askHere(Inquiry inquiry) {
    if (closed) {
      return Future.failedFuture("closed");
    }
    if (!vertx.isClustered()) {
      return Future.succeededFuture(false);
    }
    if (inquiry.here == null) {
      Future<BlockReport> asked =
          topics
              .solvedBlockHere(inquiry.block.currency())
              .ask(inquiry.block, ANSWER_TIMEOUT)
              .onFailure(
                  error ->
                      LOG.debug(
                          "block {} not handed in here: {}",
                          inquiry.block.hash(),
                          error.toString()));
      inquiry.here = asked.map(report -> answeredHere(inquiry, report)).otherwise(false);
      asked.onFailure(error -> inquiry.here = null);
    }
    return inquiry.here;
  }

  private boolean answeredHere(Inquiry inquiry, BlockReport report) {
    // A refusal may be for what only this node lacks.
    boolean taken = isTaken(report.outcome());
    if (taken && !isTaken(inquiry.kept)) {
      decided(inquiry, report);
      keep(inquiry, report, () -> {});
    }
    return taken;
  }

  private void answered(Inquiry inquiry, BlockReport report) {
    switch (report.outcome()) {
      case PENDING -> undecided(inquiry);
      case INCONCLUSIVE -> {
        // It may yet become part of the chain, or lose for good.
        if (inquiry.kept == report.outcome()) {
          undecided(inquiry);
        } else {
          keep(inquiry, report, () -> undecided(inquiry));
        }
      }
      case REJECTED -> askHere(inquiry).onSuccess(taken -> refused(inquiry, report, taken));
      case ACCEPTED, DUPLICATE, STALE -> settled(inquiry, report);
    }
  }

  private void refused(Inquiry inquiry, BlockReport report, boolean takenHere) {
    if (!takenHere) {
      settled(inquiry, report);
    } else if (isTaken(inquiry.kept)) {
      forget(inquiry.block.hash());
    } else {
      // That it was taken is not safe with the listener yet.
      undecided(inquiry);
    }
  }

  private void settled(Inquiry inquiry, BlockReport report) {
    decided(inquiry, report);
    if (isTaken(report.outcome()) && isTaken(inquiry.kept)) {
      forget(inquiry.block.hash());
    } else {
      keep(inquiry, report, () -> forget(inquiry.block.hash()));
    }
  }

  private void decided(Inquiry inquiry, BlockReport report) {
    if (!inquiry.decided) {
      inquiry.decided = true;
      blocks.decided(inquiry.block, report.outcome());
    }
  }

  private static boolean isTaken(BlockOutcome outcome) {
    return outcome == BlockOutcome.ACCEPTED || outcome == BlockOutcome.DUPLICATE;
  }

  private void undecided(Inquiry inquiry) {
    inquiry.failures = 0;
    await(inquiry, inquiry.kept == null);
    askAgain(inquiry);
  }

  private void await(Inquiry inquiry, boolean awaited) {
    if (inquiry.awaited != awaited) {
      inquiry.awaited = awaited;
      unanswered.addAndGet(awaited ? 1 : -1);
    }
  }

  private void askAgain(Inquiry inquiry) {
    if (!closed) {
      Duration pause = inquiry.failures < PATIENT_AFTER ? RETRY : PATIENT_RETRY;
      vertx.setTimer(pause.toMillis(), timer -> ask(inquiry));
    }
  }

  private void failed(Inquiry inquiry, String what, Throwable error) {
    inquiry.failures++;
    await(inquiry, inquiry.kept == null && inquiry.failures < PATIENT_AFTER);
    // The text of a timeout is another each time.
    String reason =
        error instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT
            ? "not answered in time"
            : String.valueOf(error.getMessage());
    if (!closed && (!reason.equals(inquiry.complaint) || inquiry.failures == PATIENT_AFTER)) {
      LOG.warn(
          "{} about solved {} block {}: {}; asked again every {} s",
          what,
          inquiry.block.currency(),
          inquiry.block.hash(),
          reason,
          (inquiry.failures < PATIENT_AFTER ? RETRY : PATIENT_RETRY).toSeconds());
      inquiry.complaint = reason;
    }
    askAgain(inquiry);
  }

  /** Goes on when the listener has the report safely. */
  private void keep(Inquiry inquiry, BlockReport report, Runnable then) {
    if (inquiry.told != report.outcome()) {
      inquiry.told = report.outcome();
      LOG.info(
          "{} block {} height {}: {} {}",
          report.coin(),
          report.hash(),
          report.height(),
          report.outcome(),
          report.reason());
    }
    Future<Void> reported =
        inquiry.block.isReported()
            ? Future.fromCompletionStage(
                listener.onBlock(report, inquiry.block.chain()), vertx.getOrCreateContext())
            : Future.succeededFuture();
    reported
        .onSuccess(
            kept -> {
              await(inquiry, false);
              inquiry.kept = report.outcome();
              then.run();
            })
        // Whoever counts on the report would never hear of it again without the file.
        .onFailure(error -> failed(inquiry, "the outcome could not be kept", error));
  }

  private void forget(Hash256 hash) {
    if (!closed) {
      disk.executeBlocking(() -> Files.deleteIfExists(file(hash)))
          .onFailure(error -> LOG.warn("{} could not be removed", file(hash), error));
    }
  }

  private Path file(Hash256 hash) {
    return folder.resolve(hash + SUFFIX);
  }

  private Void write(SolvedBlock block) throws IOException {
    Buffer body = Buffer.buffer().appendByte((byte) codec.version());
    codec.write(block, new WireWriter(body));
    CRC32C checksum = new CRC32C();
    checksum.update(body.getBytes());
    Buffer whole = Buffer.buffer().appendInt((int) checksum.getValue()).appendBuffer(body);
    DurableFile.write(file(block.hash()), whole.getBytes());
    return null;
  }

  private List<SolvedBlock> leftOvers() throws IOException {
    Files.createDirectories(folder);
    List<SolvedBlock> blocks = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          blocks.add(read(file));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
          LOG.error("{} cannot be read and is left where it is: {}", file, e.toString());
        }
      }
    }
    return blocks;
  }

  private SolvedBlock read(Path file) throws IOException {
    Buffer whole = Buffer.buffer(Files.readAllBytes(file));
    CRC32C checksum = new CRC32C();
    checksum.update(whole.getBytes(Integer.BYTES, whole.length()));
    if ((int) checksum.getValue() != whole.getInt(0)) {
      throw new IllegalArgumentException("checksum does not match");
    }
    WireReader in = new WireReader(whole, Integer.BYTES, whole.length());
    return codec.readVersioned(in);
  }

  /** What is still to be learned about a block; of the context that asks. */
  private static final class Inquiry {

    private final SolvedBlock block;
    private int failures;
    private String complaint = "";
    private boolean decided;

    /** What the job manager of this node made of it; null unless it is asked or has answered. */
    private Future<Boolean> here;

    /** Whether it is counted among the unanswered. */
    private boolean awaited = true;

    /** The outcome that the log has last been told; null before. */
    private BlockOutcome told;

    /** The outcome that the listener has last kept; null before. */
    private BlockOutcome kept;

    Inquiry(SolvedBlock block) {
      this.block = block;
    }
  }
}
