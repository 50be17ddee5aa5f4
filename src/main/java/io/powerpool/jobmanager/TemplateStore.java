package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.WireReader;
import io.powerpool.cluster.WireWriter;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.process.DurableFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the template that each job was made from: the newest in memory, all on disk, so that a
 * block can be assembled even if it was solved on a job of a process that has died. Belongs to one
 * event loop; files are written and read off it.
 */
final class TemplateStore {

  /** What a miner is told of a job's transactions at most, as bytes of their serialisation. */
  private static final long MOST_TRANSACTION_BYTES = 500_000;

  /** Kept in memory; most blocks are solved on one of these. */
  private static final int NEWEST = 4;

  /**
   * Kept in memory at most, if they cannot be written. At the usual interval between jobs that is
   * some minutes of work.
   */
  private static final int MOST = 32;

  /** Writes under way at most: a disk that hangs must not take all worker threads with it. */
  private static final int MOST_WRITES = 4;

  private static final TemplateCodec CODEC = new TemplateCodec();
  private static final Logger log = LoggerFactory.getLogger(TemplateStore.class);

  private final Vertx vertx;
  private final Path folder;
  private final Duration retention;
  private final Clock clock;
  private final long openedMillis;

  /** By job id, the oldest first; those that are not on disk are dropped last. */
  private final Map<Long, Kept> newest = new LinkedHashMap<>();

  private int writes;
  private String trouble = "";

  private record Kept(BlockTemplate template, Future<Void> written) {}

  /**
   * @param folder of this coin's templates
   * @param retention how long a template is kept
   */
  TemplateStore(Vertx vertx, Path folder, Duration retention, Clock clock) {
    this.vertx = vertx;
    this.folder = folder;
    this.retention = retention;
    this.clock = clock;
    this.openedMillis = clock.millis();
  }

  /**
   * Remembers a template from now on.
   *
   * @return when it has been forced to disk; a failure to write is logged and does no more harm
   *     than that the template does not outlive the process, nor many newer ones
   */
  Future<Void> put(long jobId, BlockTemplate template) {
    Future<Void> written =
        write(jobId, template)
            .onSuccess(done -> trouble = "")
            .onFailure(
                e -> {
                  trouble = "templates cannot be written: " + e.getMessage();
                  log.error("template of job {} not kept", file(jobId), e);
                });
    newest.put(jobId, new Kept(template, written));
    newest.keySet().removeAll(surplus());
    return written;
  }

  /** Why the last template is not on disk; empty if all is well. */
  String trouble() {
    return trouble;
  }

  private Future<Void> write(long jobId, BlockTemplate template) {
    if (writes == MOST_WRITES) {
      return Future.failedFuture("the disk does not keep up");
    }
    writes++;
    return vertx
        .<Void>executeBlocking(
            () -> {
              Buffer content = Buffer.buffer().appendByte((byte) CODEC.version());
              CODEC.write(template, new WireWriter(content));
              DurableFile.write(file(jobId), content.getBytes());
              return null;
            },
            false)
        .onComplete(done -> writes--);
  }

  /** The template of a job; fails if it is not known any more. */
  Future<BlockTemplate> get(long jobId) {
    Kept kept = newest.get(jobId);
    if (kept != null) {
      return Future.succeededFuture(kept.template());
    }
    return vertx.executeBlocking(
        () -> {
          Buffer content = Buffer.buffer(Files.readAllBytes(file(jobId)));
          WireReader in = new WireReader(content, 0, content.length());
          return CODEC.readVersioned(in);
        },
        false);
  }

  /** Whether the template of a job is in memory or on disk. */
  Future<Boolean> has(long jobId) {
    return newest.containsKey(jobId)
        ? Future.succeededFuture(true)
        : vertx.executeBlocking(() -> Files.exists(file(jobId)), false);
  }

  /** The template of a job if it is among the newest, for questions that are not worth a file. */
  Optional<BlockTemplate> recent(long jobId) {
    return Optional.ofNullable(newest.get(jobId)).map(Kept::template);
  }

  /** The transactions of a job's template as hexadecimal texts; fails if they are too many. */
  Future<JsonArray> transactions(long jobId) {
    Optional<BlockTemplate> template = recent(jobId);
    if (template.isEmpty()) {
      return Future.failedFuture("unknown job");
    }
    long bytes = 0;
    for (TemplateTransaction transaction : template.get().transactions()) {
      bytes += transaction.data().length;
    }
    if (bytes > MOST_TRANSACTION_BYTES) {
      return Future.failedFuture("too many transactions");
    }
    JsonArray data = new JsonArray();
    template.get().transactions().forEach(one -> data.add(Hex.encode(one.data())));
    return Future.succeededFuture(data);
  }

  /** Deletes the files of templates that are too old, unless they are the newest. */
  Future<Integer> deleteOld() {
    // After an outage every template looks old, and the blocks solved on them are still to come.
    if (clock.millis() - openedMillis < retention.toMillis()) {
      return Future.succeededFuture(0);
    }
    long deadlineMillis = clock.millis() - retention.toMillis();
    List<Path> needed = newest.keySet().stream().map(this::file).toList();
    return vertx.executeBlocking(() -> deleteOlderThan(deadlineMillis, needed), false);
  }

  /** When everything given to {@link #put} so far has been written, or failed to be. */
  Future<Void> flushed() {
    return Future.join(newest.values().stream().map(Kept::written).toList())
        .transform(joined -> Future.succeededFuture());
  }

  private int deleteOlderThan(long deadlineMillis, List<Path> needed) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    int deleted = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.getLastModifiedTime(file).toMillis() < deadlineMillis
            && !needed.contains(file)
            && Files.deleteIfExists(file)) {
          deleted++;
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return deleted;
  }

  private List<Long> surplus() {
    List<Long> surplus = new ArrayList<>();
    newest.forEach(
        (jobId, kept) -> {
          int left = newest.size() - surplus.size();
          if (left > MOST || (left > NEWEST && kept.written().succeeded())) {
            surplus.add(jobId);
          }
        });
    return surplus;
  }

  private Path file(long jobId) {
    return folder.resolve(Long.toHexString(jobId));
  }
}
