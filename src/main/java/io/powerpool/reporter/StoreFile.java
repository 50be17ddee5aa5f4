package io.powerpool.reporter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Which store of each reporter has begun to take which journal: none of its entries may ever go to
 * another one, because nobody else knows how many of them are there. Lies in the journal's folder.
 * Thread safe; writing blocks.
 *
 * <p>A line of text for each: the journal's id, the reporter's name, the {@link StoreId}.
 */
public final class StoreFile {

  private static final String NAME = "stores";
  private static final Pattern LINE =
      Pattern.compile("(\\S{1,64}) ([A-Za-z0-9_-]{1,64}) (" + StoreId.PATTERN + ")");

  private final LineFile file;

  /** The oldest is first. Replaced as a whole: who reads waits for no disk. */
  private volatile List<Begun> all = List.of();

  /** A line. */
  private record Begun(String journalId, String reporter, String store) {}

  private StoreFile(LineFile file) {
    this.file = file;
  }

  /**
   * Reads the file of a journal's folder, which need not be there.
   *
   * @throws IOException if it cannot be read or makes no sense
   */
  public static StoreFile open(Path folder) throws IOException {
    StoreFile stores =
        new StoreFile(
            new LineFile(
                folder.resolve(NAME),
                "stores of journals 1",
                LINE,
                "a journal's id, a reporter's name and a store",
                "journals of a node without reporters may go to other stores than they began with,"
                    + " which then count some shares twice"));
    stores.all =
        stores.file.read().stream()
            .map(line -> new Begun(line.group(1), line.group(2), line.group(3)))
            .toList();
    return stores;
  }

  /**
   * The same, but a file that makes no sense is put aside: it must not stop a pool.
   *
   * @param onAside is told what was wrong, in words
   */
  static StoreFile openOrPutAside(Path folder, Consumer<String> onAside) throws IOException {
    try {
      return open(folder);
    } catch (IOException e) {
      Path file = folder.resolve(NAME);
      Path aside = folder.resolve(NAME + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      onAside.accept(file + " is put aside as " + aside.getFileName() + ": " + e.getMessage());
      return open(folder);
    }
  }

  /** The store that has begun to take a journal. */
  Optional<String> of(String journalId, String reporter) {
    return all.stream()
        .filter(each -> each.journalId.equals(journalId) && each.reporter.equals(reporter))
        .map(Begun::store)
        .findFirst();
  }

  /** The store that took the newest journal that has begun. */
  Optional<String> newest(String reporter) {
    return Optional.ofNullable(newest().get(reporter)).map(Begun::store);
  }

  private Map<String, Begun> newest() {
    Map<String, Begun> newest = new HashMap<>();
    all.forEach(each -> newest.put(each.reporter, each));
    return newest;
  }

  /**
   * Notes that a store is about to take a journal; on disk when this returns.
   *
   * @param living the journals that there are: what is known of others is forgotten, but for the
   *     newest of each reporter
   */
  synchronized void begin(
      String journalId, String reporter, String store, Collection<String> living)
      throws IOException {
    List<Begun> changed = new ArrayList<>(all);
    changed.removeIf(each -> each.journalId.equals(journalId) && each.reporter.equals(reporter));
    changed.removeIf(each -> !living.contains(each.journalId) && !newest().containsValue(each));
    changed.add(new Begun(journalId, reporter, store));
    write(changed);
  }

  /**
   * Forgets what a reporter's stores have taken; on disk when this returns.
   *
   * @return the journals that may go to any store now
   */
  public synchronized List<String> release(String reporter) throws IOException {
    List<Begun> left = new ArrayList<>(all);
    left.removeIf(each -> each.reporter.equals(reporter));
    List<String> released = new ArrayList<>();
    for (Begun each : all) {
      if (each.reporter.equals(reporter)) {
        released.add(each.journalId);
      }
    }
    if (!released.isEmpty()) {
      write(left);
    }
    return released;
  }

  private void write(List<Begun> changed) throws IOException {
    file.write(
        changed.stream()
            .map(each -> each.journalId + " " + each.reporter + " " + each.store)
            .toList());
    all = List.copyOf(changed);
  }
}
