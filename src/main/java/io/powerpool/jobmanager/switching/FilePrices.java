package io.powerpool.jobmanager.switching;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Prices in a file of YAML or JSON, which is read again when it has changed. They are as old as the
 * file: whoever has stopped writing it knows no prices any more.
 */
final class FilePrices implements PriceSource {

  /** What tells one content of the file from another. */
  private record Stamp(long modifiedNanos, long size, Object key) {}

  /** What the file says, and when it was written. */
  private record Loaded(Object document, long modifiedMillis) {}

  private final Vertx vertx;
  private final Path file;
  private final int maxBytes;
  private Stamp stamp;
  private Object document;

  FilePrices(Vertx vertx, Path file, int maxBytes) {
    this.vertx = vertx;
    this.file = file;
    this.maxBytes = maxBytes;
  }

  @Override
  public Future<PriceReading> read(Wanted wanted) {
    return vertx
        .executeBlocking(this::load)
        .map(
            loaded ->
                PriceReading.ofDocument(loaded.document, wanted).since(loaded.modifiedMillis));
  }

  /** On a worker thread; one call at a time. */
  private synchronized Loaded load() throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Stamp now =
          new Stamp(
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              attributes.size(),
              attributes.fileKey());
      if (!now.equals(stamp)) {
        stamp = null;
        document = parse(now.size());
        stamp = now;
      }
      return new Loaded(document, attributes.lastModifiedTime().toMillis());
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    }
  }

  private Object parse(long size) throws IOException {
    if (size > maxBytes) {
      throw new IOException(file + " has " + size + " bytes, expected at most " + maxBytes);
    }
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    try {
      return new Yaml(new SafeConstructor(options)).load(text);
    } catch (YAMLException e) {
      throw new IOException(
          file + " is neither YAML nor JSON: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
