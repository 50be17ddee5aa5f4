package io.powerpool.reporter;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.config.Section;
import io.powerpool.share.Share;
import io.powerpool.share.Worker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Users who are credited with every share besides the one who found it, in the sums by minute only:
 * from them front ends show the rate of the whole pool (PowerPool's {@code pool_report_configs}).
 *
 * @param entries who, and under which names of workers
 * @param attributes texts of the operator's own for those names
 * @param merged the coins that are mined together
 */
public record PoolReports(
    List<Entry> entries, Map<String, String> attributes, MergedChains merged) {

  public static final PoolReports NONE = new PoolReports(List.of(), Map.of(), MergedChains.NONE);

  private static final Pattern FIELD = Pattern.compile("\\{([^{}]*)}");
  private static final List<String> FIELDS = List.of("algo", "currency", "server_name");

  /**
   * One such user.
   *
   * @param user for example {@code pool}
   * @param format of the worker's name, with {@code {algo}}, {@code {currency}}, {@code
   *     {server_name}} and attributes in braces
   * @param forMerged whether every share is counted for each merged coin as well
   */
  public record Entry(String user, String format, boolean forMerged) {}

  public PoolReports {
    entries = List.copyOf(entries);
    attributes = Map.copyOf(attributes);
  }

  /**
   * Reads {@code attrs} and the list {@code pool_report_configs}, of {@code user}, {@code
   * worker_format_string} and {@code report_merge}.
   */
  public static PoolReports from(Section section, MergedChains merged) {
    Map<String, String> attributes = section.texts("attrs");
    Set<String> known = new LinkedHashSet<>(FIELDS);
    known.addAll(attributes.keySet());
    List<Entry> entries = new ArrayList<>();
    for (Section each : section.sections("pool_report_configs")) {
      String format = each.string("worker_format_string", "");
      Matcher field = FIELD.matcher(format);
      while (field.find()) {
        if (!known.contains(field.group(1))) {
          each.fault(
              "worker_format_string",
              format,
              "in braces only " + String.join(", ", known) + " (others by attrs)");
        }
      }
      entries.add(new Entry(each.requiredString("user"), format, each.flag("report_merge", false)));
    }
    return new PoolReports(entries, attributes, merged);
  }

  /**
   * Whom to credit with a share besides its worker.
   *
   * @param node where it was judged
   */
  public List<Worker> of(Share share, String node) {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<Worker> workers = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      workers.add(new Worker(entry.user, name(entry.format, share, share.coin(), node)));
      if (entry.forMerged) {
        for (String coin : merged.of(share.coin())) {
          workers.add(new Worker(entry.user, name(entry.format, share, coin, node)));
        }
      }
    }
    return workers;
  }

  private String name(String format, Share share, String coin, String node) {
    return FIELD
        .matcher(format)
        .replaceAll(
            field ->
                Matcher.quoteReplacement(
                    switch (field.group(1)) {
                      case "algo" -> Algorithms.powerPoolName(share.algorithm());
                      case "currency" -> coin;
                      case "server_name" -> node;
                      default -> attributes.getOrDefault(field.group(1), field.group());
                    }));
  }
}
