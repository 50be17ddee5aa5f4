package io.powerpool.jobmanager;

import io.powerpool.process.DurableFile;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every solved block of a coin on disk: the block as hexadecimal text that can be handed to {@code
 * submitblock} by hand as well, and beside it what is known of it. Files are written one after the
 * other, off the event loop.
 */
final class BlockArchive {

  private static final String BLOCK = ".hex";
  private static final String NOTES = ".json";

  /** Below the folder: the notes of blocks whose outcome is final. */
  private static final String SETTLED = "settled";

  /** No chain is turned back so far, so nobody will hand such a block in by hand. */
  private static final int DEEP_BLOCKS = 100;

  private static final Duration RETENTION = Duration.ofDays(30);
  private static final Logger log = LoggerFactory.getLogger(BlockArchive.class);

  private final Vertx vertx;
  private final Path folder;
  private final String currency;

  /** A block that was not settled when the process ended. */
  record Unsettled(KeptBlock block, String hex) {}

  BlockArchive(Vertx vertx, Path folder, String currency) {
    this.vertx = vertx;
    this.folder = folder;
    this.currency = currency;
  }

  /**
   * Writes a block down; forced to disk when the future succeeds. What is known of it follows: as
   * long as that is missing the block is not answered for, so whoever found it asks again.
   */
  Future<Void> create(KeptBlock block, String hex) {
    Path file = folder.resolve(name(block.report()) + BLOCK);
    Future<Void> written =
        vertx.executeBlocking(
            () -> {
              DurableFile.write(file, hex.getBytes(StandardCharsets.US_ASCII));
              return null;
            });
    // Started now so that it stands before every update in the row; failures are logged there.
    update(block);
    return written;
  }

  /** Replaces what is known of a block. */
  Future<Void> update(KeptBlock block) {
    return vertx
        .<Void>executeBlocking(
            () -> {
              Path open = folder.resolve(name(block.report()) + NOTES);
              DurableFile.write(block.settled() ? settled(open) : open, notes(block));
              if (block.settled()) {
                Files.deleteIfExists(open);
              }
              return null;
            })
        .onFailure(
            e ->
                log.error(
                    "{}: outcome {} of block {} not written down",
                    currency,
                    block.report().outcome(),
                    block.report().hash(),
                    e));
  }

  /** What is known of a block; empty if it was never written down. */
  Future<Optional<KeptBlock>> find(SolvedBlock block) {
    Path file = folder.resolve(name(block.height(), block.hash().toString()) + NOTES);
    return vertx.executeBlocking(
        () -> {
          if (Files.exists(settled(file))) {
            return Optional.of(read(settled(file)));
          }
          return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
        });
  }

  /**
   * Deletes settled blocks that lie deep in the chain or are old; what is known of them stays.
   *
   * @param tip the chain's height, -1 if unknown
   */
  Future<Integer> deleteOld(int tip, long nowMillis) {
    return vertx.executeBlocking(() -> delete(tip, nowMillis - RETENTION.toMillis()));
  }

  private int delete(int tip, long deadlineMillis) throws IOException {
    int deleted = 0;
    for (Path file : files(BLOCK)) {
      String name = file.getFileName().toString();
      Path notes = settled(folder.resolve(name.replace(BLOCK, NOTES)));
      String height = name.substring(currency.length() + 1, name.lastIndexOf('-'));
      boolean old =
          tip - Integer.parseInt(height) >= DEEP_BLOCKS
              || Files.getLastModifiedTime(file).toMillis() < deadlineMillis;
      if (old && Files.exists(notes) && Files.deleteIfExists(file)) {
        deleted++;
      }
    }
    return deleted;
  }

  private List<Path> files(String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Pattern ours =
        Pattern.compile(
            Pattern.quote(currency) + "-[0-9]{1,9}-[0-9a-f]{64}" + Pattern.quote(ending));
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> ours.matcher(file.getFileName().toString()).matches()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Path settled(Path notes) {
    return folder.resolve(SETTLED).resolve(notes.getFileName());
  }

  /** When everything given to be written so far has been written, or failed to be. */
  Future<Void> flushed() {
    // Blocking tasks of one context run one after the other.
    return vertx.executeBlocking(() -> null);
  }

  /** Every block whose outcome is still open. A file that cannot be read is told in the log. */
  Future<List<Unsettled>> unsettled() {
    return vertx.executeBlocking(() -> readUnsettled());
  }

  private List<Unsettled> readUnsettled() throws IOException {
    List<Unsettled> found = new ArrayList<>();
    for (Path file : files(NOTES)) {
      readUnsettled(file).ifPresent(found::add);
    }
    return found;
  }

  // One damaged file, whatever is wrong with it, must not keep the other blocks from the network.
  private Optional<Unsettled> readUnsettled(Path file) {
    try {
      KeptBlock block = read(file);
      if (block.settled()) {
        return Optional.empty();
      }
      Path hex = folder.resolve(name(block.report()) + BLOCK);
      return Optional.of(new Unsettled(block, Files.readString(hex, StandardCharsets.US_ASCII)));
    } catch (IOException | RuntimeException e) {
      log.error("{}: solved block in {} cannot be read", currency, file, e);
      return Optional.empty();
    }
  }

  private static KeptBlock read(Path file) throws IOException {
    return KeptBlock.from(new JsonObject(Buffer.buffer(Files.readAllBytes(file))));
  }

  private static byte[] notes(KeptBlock block) {
    return block.toJson().encodePrettily().getBytes(StandardCharsets.UTF_8);
  }

  private String name(BlockReport report) {
    return name(report.height(), report.hash().toString());
  }

  private String name(int height, String hash) {
    return currency + "-" + height + "-" + hash;
  }
}
