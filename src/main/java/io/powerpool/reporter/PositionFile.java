package io.powerpool.reporter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
 * <p>A line of text for each journal: its id, and the two numbers of a {@link Position}.
 */
public final class PositionFile {

  private static final String TITLE = "journal positions 1";
  private static final Pattern LINE = Pattern.compile("(\\S{1,64}) (\\d{1,18}) (-1|\\d{1,18})");

  /** Journals that are remembered: one for each start of each node. */
  private static final int MOST = 1000;

  private final Path path;

  /** The one that was changed last is last. */
  private final Map<String, Position> positions = new LinkedHashMap<>();

  private PositionFile(Path path) {
    this.path = path;
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
   * Opens the file, which need not be there.
   *
   * @throws IOException if it cannot be read or makes no sense
   */
  public static PositionFile open(Path path) throws IOException {
    PositionFile file = new PositionFile(path);
    List<String> lines;
    try {
      lines = Files.readAllLines(path);
    } catch (NoSuchFileException e) {
      return file;
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (i == 0 ? !lines.get(i).equals(TITLE) : !line.matches()) {
        throw new IOException(
            path
                + ": line "
                + (i + 1)
                + " is '"
                + lines.get(i).substring(0, Math.min(80, lines.get(i).length()))
                + "', expected "
                + (i == 0 ? "'" + TITLE + "'" : "a journal's id and two numbers")
                + "; without the file all that the journals still hold is sent again");
      }
      if (i > 0) {
        file.positions.put(
            line.group(1),
            new Position(Long.parseLong(line.group(2)), Long.parseLong(line.group(3))));
      }
    }
    return file;
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
    StringBuilder text = new StringBuilder(TITLE).append('\n');
    positions.forEach(
        (id, at) ->
            text.append(id)
                .append(' ')
                .append(at.stored())
                .append(' ')
                .append(at.intended())
                .append('\n'));
    write(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void write(byte[] bytes) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve(path.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    // The new name is on disk only when the folder is.
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
