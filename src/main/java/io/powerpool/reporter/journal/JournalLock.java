package io.powerpool.reporter.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The right to change a journal's folder: one process has it at a time, until it ends. */
public final class JournalLock implements AutoCloseable {

  private static final String NAME = "lock";

  private final FileChannel file;

  private JournalLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Locks a folder, making it where it is missing.
   *
   * @throws IOException if another process has it, or it cannot be written to
   */
  public static JournalLock take(Path folder) throws IOException {
    FileChannel file;
    try {
      Files.createDirectories(folder);
      file =
          FileChannel.open(
              folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new JournalException("the journal folder " + folder + " cannot be used: " + e, e);
    }
    try {
      FileLock lock = file.tryLock();
      if (lock == null) {
        file.close();
        throw new JournalException(inUse(folder));
      }
      return new JournalLock(file);
    } catch (OverlappingFileLockException e) {
      file.close();
      throw new JournalException(inUse(folder), e);
    }
  }

  private static String inUse(Path folder) {
    return "the journal folder "
        + folder
        + " is in use by another process: two nodes cannot share a data_dir";
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
