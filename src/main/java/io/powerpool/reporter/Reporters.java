package io.powerpool.reporter;

import io.powerpool.config.Section;
import io.powerpool.reporter.celery.CeleryOptions;
import io.powerpool.reporter.ledger.LedgerOptions;
import io.powerpool.reporter.redis.RedisReporterOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The types of reporters there are. */
public final class Reporters {

  /** As {@code type} names them. */
  public static final List<String> TYPES = List.of("ledger", "celery", "redis");

  /** Part of addresses on the bus and of the names of files. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Reporters() {}

  /**
   * Reads the list under the key {@code reporters}: each with a {@code type}, a {@code name} (by
   * default the type), what {@link ShareFilter} reads, and what the type has besides. Without the
   * key there is one ledger; an empty list means none.
   */
  public static List<ReporterOptions> from(Section root) {
    Set<String> coins = root.named("coins").keySet();
    MergedChains merged = MergedChains.from(root);
    if (!root.has("reporters")) {
      return List.of(LedgerOptions.DEFAULT.with(merged));
    }
    List<ReporterOptions> reporters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> databases = new HashSet<>();
    for (Section section : root.sections("reporters")) {
      ReporterOptions options = one(section, ShareFilter.from(section, coins), merged);
      if (!NAME.matcher(options.name()).matches()) {
        section.fault("name", options.name(), "1 to 64 letters, digits, _ or -");
      }
      if (!names.add(options.name())) {
        section.fault("name", options.name(), "a name that no other reporter has");
      }
      if (options instanceof LedgerOptions ledger && !databases.add(ledger.database())) {
        // The positions in the journals are one ledger's: each would take what the other lacks.
        section.fault(
            ledger.server().isPresent() ? "url" : "file",
            ledger.database(),
            "a database that no other ledger of this list uses");
      }
      if (options instanceof RedisReporterOptions redis) {
        checkKeys(section, redis, reporters);
      }
      reporters.add(options);
    }
    return List.copyOf(reporters);
  }

  /** The keys of shares are the same for all on a server: who is told of one would add it again. */
  private static void checkKeys(
      Section section, RedisReporterOptions redis, List<ReporterOptions> others) {
    for (ReporterOptions each : others) {
      if (each instanceof RedisReporterOptions other
          && other.database().equals(redis.database())
          && other.filter().overlaps(redis.filter())) {
        section.fault(
            "url",
            redis.database(),
            "a server and database that reporter "
                + other.name()
                + " does not use, or chains or coins that it does not take: there the shares that"
                + " both take would count twice");
        return;
      }
    }
  }

  private static ReporterOptions one(Section section, ShareFilter filter, MergedChains merged) {
    return switch (section.choice("type", "ledger", TYPES)) {
      case "ledger" -> LedgerOptions.from(section, filter, merged);
      case "celery" -> CeleryOptions.from(section, filter, merged);
      case "redis" -> RedisReporterOptions.from(section, filter, merged);
      default -> throw new AssertionError("a type that choice() does not know");
    };
  }
}
