package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.share.Submission;

/**
 * Reads the one line that matters for speed, a plain {@code mining.submit}, straight from its bytes
 * and without allocating. It takes only what is beyond doubt: one object with an id, the method and
 * five or six plain strings. Everything else, right or wrong, is left to the general reader.
 */
final class SubmitScanner {

  private static final byte[] SUBMIT = {
    'm', 'i', 'n', 'i', 'n', 'g', '.', 's', 'u', 'b', 'm', 'i', 't'
  };
  private static final int FEWEST_PARAMETERS = 5;
  private static final int MOST_PARAMETERS = 6;

  private byte[] line;
  private int at;
  private int end;

  /** Where each parameter lies, without its quotes. */
  private final int[] from = new int[MOST_PARAMETERS];

  private final int[] length = new int[MOST_PARAMETERS];
  private int parameters;

  /**
   * Reads the bytes from {@code start} to {@code limit}.
   *
   * @return whether the line is a plain submit; then {@code id} and {@code submission} are filled
   */
  boolean scan(byte[] bytes, int start, int limit, RequestId id, Submission submission) {
    line = bytes;
    at = start;
    end = limit;
    return object(id) && decode(submission);
  }

  /** Where the worker's name lies in the line. */
  int workerFrom() {
    return from[0];
  }

  int workerLength() {
    return length[0];
  }

  private boolean object(RequestId id) {
    boolean method = false;
    boolean params = false;
    boolean identified = false;
    if (!next('{')) {
      return false;
    }
    do {
      int keyFrom = string();
      if (keyFrom < 0) {
        return false;
      }
      int keyLength = at - 1 - keyFrom;
      if (!next(':')) {
        return false;
      }
      blanks();
      if (is(keyFrom, keyLength, "id") && !identified) {
        identified = scalar(id);
        if (!identified) {
          return false;
        }
      } else if (is(keyFrom, keyLength, "method") && !method) {
        int valueFrom = string();
        method = valueFrom >= 0 && equal(valueFrom, at - 1 - valueFrom, SUBMIT);
        if (!method) {
          return false;
        }
      } else if (is(keyFrom, keyLength, "params") && !params) {
        params = array();
        if (!params) {
          return false;
        }
      } else {
        return false;
      }
    } while (next(','));
    if (!next('}')) {
      return false;
    }
    blanks();
    return at == end && method && params && identified;
  }

  private boolean array() {
    parameters = 0;
    if (!next('[')) {
      return false;
    }
    do {
      int valueFrom = string();
      if (valueFrom < 0 || parameters == MOST_PARAMETERS) {
        return false;
      }
      from[parameters] = valueFrom;
      length[parameters++] = at - 1 - valueFrom;
    } while (next(','));
    return next(']') && parameters >= FEWEST_PARAMETERS;
  }

  private boolean decode(Submission submission) {
    if (length[1] == 0
        || length[1] > 16
        || length[2] > 16
        || length[2] % 2 != 0
        || length[3] != 8
        || length[4] != 8
        || (parameters == MOST_PARAMETERS && length[5] != 8)) {
      return false;
    }
    for (int i = 1; i < parameters; i++) {
      for (int k = 0; k < length[i]; k++) {
        if (Hex.digit(line[from[i] + k]) < 0) {
          return false;
        }
      }
    }
    submission.set(
        number(1),
        number(2),
        length[2] / 2,
        number(3),
        (int) number(4),
        parameters == MOST_PARAMETERS ? number(5) : Submission.NO_VERSION_BITS);
    return true;
  }

  private long number(int parameter) {
    long value = 0;
    for (int i = 0; i < length[parameter]; i++) {
      value = value << 4 | Hex.digit(line[from[parameter] + i]);
    }
    return value;
  }

  /** Skips a string without escapes or control characters; −1 if there is none. */
  private int string() {
    if (!next('"')) {
      return -1;
    }
    int begin = at;
    while (at < end) {
      byte c = line[at++];
      if (c == '"') {
        return begin;
      }
      if (c == '\\' || c < 0x20) {
        // Bytes above 127 are negative: names of other scripts go to the general reader, too.
        return -1;
      }
    }
    return -1;
  }

  /** An id: a whole number, a plain string or null. */
  private boolean scalar(RequestId id) {
    int begin = at;
    if (at < end && line[at] == '"') {
      if (string() < 0) {
        return false;
      }
    } else if (at + 4 <= end && is(at, 4, "null")) {
      at += 4;
    } else {
      if (at < end && line[at] == '-') {
        at++;
      }
      int digits = at;
      while (at < end && line[at] >= '0' && line[at] <= '9') {
        at++;
      }
      boolean leadingZero = at - digits > 1 && line[digits] == '0';
      if (at == digits || leadingZero) {
        return false;
      }
    }
    id.set(line, begin, at - begin);
    return true;
  }

  private boolean next(char wanted) {
    blanks();
    if (at < end && line[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void blanks() {
    while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
      at++;
    }
  }

  private boolean is(int begin, int size, String text) {
    if (size != text.length()) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (line[begin + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean equal(int begin, int size, byte[] text) {
    if (size != text.length) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (line[begin + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
