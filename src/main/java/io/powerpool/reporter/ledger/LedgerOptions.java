package io.powerpool.reporter.ledger;

import io.powerpool.config.Section;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ShareFilter;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * Settings of the embedded ledger.
 *
 * @param name the reporter's name
 * @param filter what it is told of
 * @param file the database, relative to the data folder
 * @param retention for how long it keeps what
 * @param maxWorkerNames of one address; shares under further names are summed under one
 */
public record LedgerOptions(
    String name, ShareFilter filter, String file, Retention retention, int maxWorkerNames)
    implements ReporterOptions {

  public static final LedgerOptions DEFAULT =
      new LedgerOptions("ledger", ShareFilter.ALL, "ledger.db", Retention.DEFAULT, 10_000);

  /**
   * Reads {@code name}, {@code file}, what {@link Retention} reads, and {@code max_worker_names}.
   */
  public static LedgerOptions from(Section section, ShareFilter filter) {
    return new LedgerOptions(
        section.string("name", DEFAULT.name),
        filter,
        section.string("file", DEFAULT.file),
        Retention.from(section),
        section.integer("max_worker_names", DEFAULT.maxWorkerNames, 1, 10_000_000));
  }

  /** The same, but nothing is ever forgotten. */
  public LedgerOptions keepingAll() {
    return new LedgerOptions(name, filter, file, Retention.FOR_EVER, maxWorkerNames);
  }

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    return new LedgerReporter(vertx, this, dataDirectory.resolve(file));
  }
}
