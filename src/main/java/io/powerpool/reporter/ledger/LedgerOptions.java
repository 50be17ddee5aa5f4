package io.powerpool.reporter.ledger;

import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ShareFilter;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the embedded ledger.
 *
 * @param name the reporter's name
 * @param filter what it is told of
 * @param merged the coins that are mined together
 * @param file the database, relative to the data folder, if no {@code server} is given
 * @param server the database on a server
 * @param retention for how long it keeps what
 * @param maxWorkerNames of one address; shares under further names are summed under one
 */
public record LedgerOptions(
    String name,
    ShareFilter filter,
    MergedChains merged,
    String file,
    Optional<PostgresDatabase> server,
    Retention retention,
    int maxWorkerNames)
    implements ReporterOptions {

  public static final LedgerOptions DEFAULT =
      new LedgerOptions(
          "ledger",
          ShareFilter.ALL,
          MergedChains.NONE,
          "ledger.db",
          Optional.empty(),
          Retention.DEFAULT,
          10_000);

  /**
   * Reads {@code name}, {@code file}, {@code url} with {@code username} and {@code password}, what
   * {@link Retention} reads, and {@code max_worker_names}.
   */
  public static LedgerOptions from(Section section, ShareFilter filter, MergedChains merged) {
    return new LedgerOptions(
        section.string("name", DEFAULT.name),
        filter,
        merged,
        section.string("file", DEFAULT.file),
        server(section),
        Retention.from(section),
        section.integer("max_worker_names", DEFAULT.maxWorkerNames, 1, 10_000_000));
  }

  private static Optional<PostgresDatabase> server(Section section) {
    String url = section.string("url", "");
    String username = section.string("username", "powerpool");
    Optional<Secret> password = section.secret("password");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    if (!PostgresDatabase.isUrl(url)) {
      section.fault(
          "url",
          new Secret(url),
          "jdbc:postgresql://HOST:PORT/DATABASE without a password in it, or no url for a file");
    } else if (section.has("file")) {
      section.fault("url", url, "either a file or the url of a server");
    }
    return Optional.of(new PostgresDatabase(url, username, password));
  }

  /** Which database it is: the server's URL, or the file. */
  public String database() {
    return server.map(PostgresDatabase::url).orElseGet(() -> Path.of(file).normalize().toString());
  }

  /**
   * The coins whose rounds a share of this coin counts for: its own first, then those merged with
   * it. A coin whose blocks the ledger is not told of has no rounds here, for none would ever end.
   */
  List<String> rounds(String coin) {
    List<String> rounds = new ArrayList<>(List.of(coin));
    for (String auxiliary : merged.of(coin)) {
      if (filter.coins().isEmpty() || filter.coins().contains(auxiliary)) {
        rounds.add(auxiliary);
      }
    }
    return rounds;
  }

  /** The same, for coins that are mined together. */
  public LedgerOptions with(MergedChains chains) {
    return new LedgerOptions(name, filter, chains, file, server, retention, maxWorkerNames);
  }

  /** The same, but nothing is ever forgotten. */
  public LedgerOptions keepingAll() {
    return new LedgerOptions(
        name, filter, merged, file, server, Retention.FOR_EVER, maxWorkerNames);
  }

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    LedgerDatabase embedded = new SqliteDatabase(dataDirectory.resolve(file));
    return new LedgerReporter(vertx, this, server.<LedgerDatabase>map(one -> one).orElse(embedded));
  }
}
