package io.powerpool.reporter.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two buffers of a journal, in files of its folder where that is possible. */
final class BufferPair {

  private static final Logger log = LoggerFactory.getLogger(BufferPair.class);

  private final Path[] files;
  private final AppendBuffer[] buffers = new AppendBuffer[2];

  /** Whether the files are of its making. */
  private boolean inFiles;

  private BufferPair(JournalFolder folder) {
    this.files = new Path[] {folder.bufferFile(0), folder.bufferFile(1)};
  }

  /**
   * Makes both, empty.
   *
   * @param limit bytes of records in each
   */
  static BufferPair make(JournalFolder folder, int limit) {
    BufferPair pair = new BufferPair(folder);
    String bootId = BufferFile.bootId();
    try {
      if (bootId.isEmpty()) {
        throw new JournalException("this system does not tell when it was started");
      }
      for (int i = 0; i < 2; i++) {
        pair.buffers[i] =
            AppendBuffer.in(
                BufferFile.create(
                    pair.files[i], bootId, folder.journalId(), BufferFile.HEADER + limit));
      }
      pair.inFiles = true;
    } catch (IOException e) {
      log.warn(
          "the journal in {} has its buffers in memory, so the death of the process costs as much as"
              + " a power cut: {}",
          folder.path(),
          e.toString());
      if (pair.buffers[0] != null) {
        deleteFile(pair.files[0]);
      }
      for (int i = 0; i < 2; i++) {
        pair.buffers[i] = AppendBuffer.inMemory(limit);
      }
    }
    return pair;
  }

  AppendBuffer get(int number) {
    return buffers[number];
  }

  /** Deletes their files, when all that was in them is in segments. */
  void delete() {
    if (inFiles) {
      deleteFile(files[0]);
      deleteFile(files[1]);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("journal buffer {} could not be deleted: {}", file, e.toString());
    }
  }
}
