package io.powerpool.reporter.ledger;

import io.powerpool.config.Section;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * Settings of the embedded ledger.
 *
 * @param name the reporter's name
 * @param file the database, relative to the data folder
 */
public record LedgerOptions(String name, String file) implements ReporterOptions {

  public static final LedgerOptions DEFAULT = new LedgerOptions("ledger", "ledger.db");

  /** Reads {@code name} and {@code file}. */
  public static LedgerOptions from(Section section) {
    return new LedgerOptions(
        section.string("name", DEFAULT.name), section.string("file", DEFAULT.file));
  }

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    return new LedgerReporter(vertx, name, dataDirectory.resolve(file));
  }
}
