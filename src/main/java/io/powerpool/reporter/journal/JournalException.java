package io.powerpool.reporter.journal;

import java.io.IOException;

/** The journal's folder cannot be used; the message says which and why. */
public final class JournalException extends IOException {

  private static final long serialVersionUID = 1L;

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
