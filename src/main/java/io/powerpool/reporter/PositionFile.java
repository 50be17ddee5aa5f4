package io.powerpool.reporter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Positions in journals, for a reporter that cannot store them together with its data. Each change
 * is forced to disk before it counts. Blocks; for one thread at a time.
 *
 * <p>A line of text for each journal: its id, and the two numbers of a {@link Position}. And a line
 * for the file itself, which is the store that the positions are of.
 */
public final class PositionFile {

  private static final String STORE = "store ";
  private static final Pattern LINE =
      Pattern.compile(STORE + "(" + StoreId.PATTERN + ")|(\\S{1,64}) (\\d{1,18}) (-1|\\d{1,18})");

  /** Journals that are remembered: one for each start of each node. */
  private static final int MOST = 1000;

  private final LineFile file;
  private String store = "";

  /** The one that was changed last is last. */
  private final Map<String, Position> positions = new LinkedHashMap<>();

  private PositionFile(LineFile file) {
    this.file = file;
  }

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
    PositionFile file =
        new PositionFile(
            new LineFile(
                path,
                "journal positions 1",
                LINE,
                "a journal's id and two numbers",
                "all that the journals still hold is sent again"));
    for (Matcher line : file.file.read()) {
      if (line.group(1) != null) {
        file.store = line.group(1);
      } else {
        file.positions.put(
            line.group(2),
            new Position(Long.parseLong(line.group(3)), Long.parseLong(line.group(4))));
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
    return positions.getOrDefault(journalId, Position.START);
  }

  /**
   * Notes where the reporter is in a journal.
   *
   * @throws IOException if it could not be forced to disk; it may count all the same after a crash
   */
  public void put(String journalId, Position position) throws IOException {
    positions.remove(journalId);
    positions.put(journalId, position);
    Iterator<String> oldest = positions.keySet().iterator();
    while (positions.size() > MOST) {
      oldest.next();
      oldest.remove();
    }
    write();
  }

  private void write() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(STORE + store);
    positions.forEach((id, at) -> lines.add(id + " " + at.stored() + " " + at.intended()));
    file.write(lines);
  }
}
