package io.powerpool.reporter;

import io.powerpool.process.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small file of lines of one form below a title, replaced as a whole: it is there as it was or as
 * it is to be. Blocks.
 *
 * @param title the first line
 * @param line what each further line looks like
 * @param expected the same for people
 * @param without what happens if they remove the file
 */
record LineFile(Path path, String title, Pattern line, String expected, String without) {

  /**
   * The lines below the title, none if there is no file.
   *
   * @throws IOException if it cannot be read, or has another title or line
   */
  List<Matcher> read() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(path);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    List<Matcher> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher matcher = line.matcher(lines.get(i));
      if (i == 0 ? !lines.get(i).equals(title) : !matcher.matches()) {
        throw new IOException(
            path
                + ": line "
                + (i + 1)
                + " is '"
                + lines.get(i).substring(0, Math.min(80, lines.get(i).length()))
                + "', expected "
                + (i == 0 ? "'" + title + "'" : expected)
                + "; without the file "
                + without);
      }
      if (i > 0) {
        found.add(matcher);
      }
    }
    return found;
  }

  /** Replaces the file; forced to disk, its name included, when this returns. */
  void write(List<String> lines) throws IOException {
    String text = title + "\n" + String.join("", lines.stream().map(each -> each + "\n").toList());
    DurableFile.write(path, text.getBytes(StandardCharsets.UTF_8));
  }
}
