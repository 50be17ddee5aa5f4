package io.powerpool.jobmanager;

import io.powerpool.process.DurableFile;
import io.powerpool.work.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terms of a coin's job managers, of which job ids are made: each begins later than the one
 * before, also if the clock was turned back in between.
 */
final class Term {

  private static final Logger log = LoggerFactory.getLogger(Term.class);

  private Term() {}

  /** Notes in the file that this term has begun. Blocking; a sick disk is told in the log only. */
  static Void note(Path file, long term) {
    try {
      DurableFile.write(file, Long.toString(term).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      log.error("term {} not noted in {}", term, file, e);
    }
    return null;
  }

  /** The last term that is noted, or 0. Blocking. */
  static long last(Path file) {
    if (!Files.exists(file)) {
      return 0;
    }
    try {
      long last = Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
      if (Job.isPossibleTerm(last)) {
        return last;
      }
      log.error("{} holds {}, which is no time: ignored", file, last);
    } catch (IOException | NumberFormatException e) {
      log.error("{} cannot be read", file, e);
    }
    return 0;
  }
}
