package io.powerpool.miner.bench;

import java.nio.charset.StandardCharsets;

/**
 * Finds the members of one line of JSON that the load generator needs, without building anything.
 * It trusts the line to be JSON. Reused for every line; not thread safe.
 */
final class LineScanner {

  private static final byte[] ID = bytes("id");
  private static final byte[] METHOD = bytes("method");
  private static final byte[] PARAMS = bytes("params");
  private static final byte[] RESULT = bytes("result");
  private static final byte[] ERROR = bytes("error");

  /** A value that is not there. */
  private static final int ABSENT = -1;

  private byte[] line;
  private int end;

  /** Where the values of these members start and end. */
  private int id;

  private int idEnd;
  private int method;
  private int methodEnd;
  private int params;
  private int result;
  private int error;
  private int errorEnd;

  /** Where the element found last starts and ends, without its quotation marks. */
  private int elementStart;

  private int elementEnd;

  /** Reads the line from {@code from} to before {@code to}. */
  void scan(byte[] source, int from, int to) {
    line = source;
    end = to;
    id = ABSENT;
    method = ABSENT;
    params = ABSENT;
    result = ABSENT;
    error = ABSENT;
    int at = skipBlanks(from);
    if (at >= end || line[at] != '{') {
      return;
    }
    at = skipBlanks(at + 1);
    while (at < end && line[at] == '"') {
      int keyStart = at + 1;
      int keyEnd = skipValue(at) - 1;
      int value = skipBlanks(skipBlanks(keyEnd + 1) + 1);
      int after = skipValue(value);
      note(keyStart, keyEnd, value, after);
      at = skipBlanks(after);
      if (at < end && line[at] == ',') {
        at = skipBlanks(at + 1);
      }
    }
  }

  /** Whether the line is a request or a notification of this method. */
  boolean isMethod(byte[] name) {
    return method != ABSENT && equal(method + 1, methodEnd - 1, name);
  }

  /** Whether the line is the answer to a request. */
  boolean isReply() {
    return method == ABSENT && id != ABSENT;
  }

  /** The numeric id, or -1 if it is none. */
  long id() {
    long number = 0;
    for (int at = id; at < idEnd; at++) {
      if (line[at] < '0' || line[at] > '9') {
        return -1;
      }
      number = 10 * number + line[at] - '0';
    }
    return number;
  }

  /** Whether the answer is {@code true}. */
  boolean isTrue() {
    return result != ABSENT && line[result] == 't';
  }

  /** Whether the answer is an error. */
  boolean isError() {
    return error != ABSENT && line[error] != 'n' && line[error] != 'f';
  }

  /** The first number of the error: its code; 0 if it has none. */
  int errorCode() {
    for (int at = error; at < errorEnd; at++) {
      if (line[at] >= '0' && line[at] <= '9') {
        int code = 0;
        while (at < errorEnd && line[at] >= '0' && line[at] <= '9') {
          code = 10 * code + line[at++] - '0';
        }
        return code;
      }
    }
    return 0;
  }

  /** The error as it stands in the line. */
  String errorText() {
    return text(error, errorEnd);
  }

  /** Goes to an element of the array in {@code params}; false if there is none. */
  boolean param(int index) {
    return element(params, index);
  }

  /** Goes to an element of the array in {@code result}; false if there is none. */
  boolean result(int index) {
    return element(result, index);
  }

  /** The element gone to. */
  String text() {
    return text(elementStart, elementEnd);
  }

  /** Whether the element gone to is {@code true}. */
  boolean elementIsTrue() {
    return line[elementStart] == 't';
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void note(int keyStart, int keyEnd, int value, int after) {
    if (equal(keyStart, keyEnd, ID)) {
      id = value;
      idEnd = after;
    } else if (equal(keyStart, keyEnd, METHOD)) {
      // A reply may carry "method": null.
      method = line[value] == '"' ? value : ABSENT;
      methodEnd = after;
    } else if (equal(keyStart, keyEnd, PARAMS)) {
      params = value;
    } else if (equal(keyStart, keyEnd, RESULT)) {
      result = value;
    } else if (equal(keyStart, keyEnd, ERROR)) {
      error = value;
      errorEnd = after;
    }
  }

  private boolean element(int array, int index) {
    if (array == ABSENT || line[array] != '[') {
      return false;
    }
    int at = skipBlanks(array + 1);
    for (int i = 0; at < end && line[at] != ']'; i++) {
      int after = skipValue(at);
      if (i == index) {
        boolean quoted = line[at] == '"';
        elementStart = quoted ? at + 1 : at;
        elementEnd = quoted ? after - 1 : after;
        return true;
      }
      at = skipBlanks(after);
      if (at < end && line[at] == ',') {
        at = skipBlanks(at + 1);
      }
    }
    return false;
  }

  private String text(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.UTF_8);
  }

  private boolean equal(int from, int to, byte[] name) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (line[from + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
      at++;
    }
    return at;
  }

  /** The place after the value at {@code from}. */
  private int skipValue(int from) {
    int depth = 0;
    int at = from;
    while (at < end) {
      switch (line[at]) {
        case '"' -> at = endOfString(at);
        case '[', '{' -> depth++;
        case ']', '}' -> {
          if (depth == 0) {
            return at;
          }
          depth--;
        }
        case ',', ' ', ':' -> {
          if (depth == 0) {
            return at;
          }
        }
        default -> {}
      }
      at++;
      if (depth == 0 && (line[at - 1] == '"' || line[at - 1] == ']' || line[at - 1] == '}')) {
        return at;
      }
    }
    return Math.min(at, end);
  }

  /** The place of the closing quotation mark. */
  private int endOfString(int from) {
    int at = from + 1;
    while (at < end && line[at] != '"') {
      at += line[at] == '\\' ? 2 : 1;
    }
    return Math.min(at, end - 1);
  }
}
