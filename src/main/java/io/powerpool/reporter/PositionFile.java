package io.powerpool.reporter;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Positions in journals, for a reporter that cannot store them together with its data. Each change
 * is forced to disk before it counts. Blocks; for one thread at a time.
 *
 * <p>A line of text for each journal: its id, and the two numbers of a {@link Position}. And a line
 * for the file itself, which is the store that the positions are of. A line {@code @DAY 0 -1} in
 * front of others tells, in days since 1970, when they were changed last; programs that know
 * nothing of that take it for a journal.
 *
 * <p>There is a journal for each start of each node. A node that is off may come back with one, and
 * without its position all of that would be published again under other ids; so none is forgotten
 * for their number alone.
 */
public final class PositionFile {

  private static final String STORE = "store ";
  private static final Pattern LINE =
      Pattern.compile(STORE + "(" + StoreId.PATTERN + ")|(\\S{1,64}) (\\d{1,18}) (-1|\\d{1,18})");

  private static final Pattern DAY = Pattern.compile("@(-?\\d{1,9})");

  /** Nobody comes back with a journal after that: its position may be forgotten ... */
  private static final long REMEMBERED_DAYS = 400;

  /**
   * ... if there are more than these; a clock that is wrong must not cost those that are needed.
   */
  private static final int FEW = 1000;

  private final LineFile file;
  private final LongSupplier today;
  private String store = "";

  /** The one that was changed last is last. */
  private final Map<String, Dated> positions = new LinkedHashMap<>();

  private PositionFile(LineFile file, LongSupplier today) {
    this.file = file;
    this.today = today;
  }

  /** A position, and the day since 1970 on which it was changed last. */
  private record Dated(Position position, long day) {}

  /**
   * Where a reporter is in a journal.
   *
   * @param stored the sequence after the last entry that is stored for good
   * @param intended the end of the group that was about to be stored, so that after a crash the
   *     same group is made again; -1 if there is none
   */
  public record Position(long stored, long intended) {

    public static final Position START = new Position(0, -1);
  }

  /**
   * Opens the file, which is made where it is missing.
   *
   * @throws IOException if it cannot be read or written, or makes no sense
   */
  public static PositionFile open(Path path) throws IOException {
    return open(path, () -> LocalDate.now(ZoneOffset.UTC).toEpochDay());
  }

  /**
   * The same.
   *
   * @param today in days since 1970
   */
  static PositionFile open(Path path, LongSupplier today) throws IOException {
    PositionFile file =
        new PositionFile(
            new LineFile(
                path,
                "journal positions 1",
                LINE,
                "a journal's id and two numbers",
                "all that the journals still hold is sent again"),
            today);
    long day = today.getAsLong();
    for (Matcher line : file.file.read()) {
      Matcher dated = DAY.matcher(Objects.requireNonNullElse(line.group(2), ""));
      if (line.group(1) != null) {
        file.store = line.group(1);
      } else if (dated.matches()) {
        day = Long.parseLong(dated.group(1));
      } else {
        Position position =
            new Position(Long.parseLong(line.group(3)), Long.parseLong(line.group(4)));
        file.positions.put(line.group(2), new Dated(position, day));
      }
    }
    if (file.store.isEmpty()) {
      file.store = StoreId.create();
      file.write();
    }
    return file;
  }

  /** The file's own name among stores, see {@link Reporter#store}. */
  public String store() {
    return store;
  }

  /** Where the reporter is in a journal. */
  public Position get(String journalId) {
    Dated known = positions.get(journalId);
    return known == null ? Position.START : known.position;
  }

  /**
   * Notes where the reporter is in a journal.
   *
   * @throws IOException if it could not be forced to disk; it may count all the same after a crash
   */
  public void put(String journalId, Position position) throws IOException {
    long day = today.getAsLong();
    positions.remove(journalId);
    positions.put(journalId, new Dated(position, day));
    Iterator<Dated> oldest = positions.values().iterator();
    while (positions.size() > FEW && day - oldest.next().day > REMEMBERED_DAYS) {
      oldest.remove();
    }
    write();
  }

  private void write() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(STORE + store);
    long day = Long.MIN_VALUE;
    for (Map.Entry<String, Dated> each : positions.entrySet()) {
      Dated dated = each.getValue();
      if (dated.day != day) {
        day = dated.day;
        lines.add("@" + day + " 0 -1");
      }
      Position at = dated.position;
      lines.add(each.getKey() + " " + at.stored() + " " + at.intended());
    }
    file.write(lines);
  }
}
