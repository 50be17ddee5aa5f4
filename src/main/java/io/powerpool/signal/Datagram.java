package io.powerpool.signal;

import io.powerpool.bitcoin.Hash256;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One order as PowerPool's operators send it: {@code COMPONENT METHOD [key=value …]} in printable
 * ASCII with blanks between, {@value #MAX_BYTES} bytes at most, line ends behind it ignored. For
 * example {@code VTC getblocktemplate signal=1 __spawn=1} or {@code DOGE _check_new_jobs signal=1
 * _single_exec=True __spawn=1}. PowerPool called whatever method was named; here it is one of two,
 * and both mean to look for a new block now. {@code block=} names that block, {@code time=} and
 * {@code mac=} are what {@link DatagramMac} checks; other keys mean nothing.
 *
 * @param component the coin's currency
 * @param method what to do, not yet known to be one of {@link #METHODS}
 * @param arguments by key
 */
record Datagram(String component, String method, Map<String, String> arguments) {

  static final int MAX_BYTES = 512;

  /** For a main chain, and for a merged one. */
  static final Set<String> METHODS = Set.of("getblocktemplate", "_check_new_jobs");

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern ARGUMENT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,31})=(\\S+)");
  private static final Pattern BLOCK = Pattern.compile("[0-9A-Fa-f]{64}");
  private static final int MAX_ARGUMENTS = 16;

  Datagram {
    arguments = Map.copyOf(arguments);
  }

  /**
   * Reads a text that {@link #text} gave.
   *
   * @return empty if it is no such order
   */
  static Optional<Datagram> parse(String text) {
    String[] words = text.strip().split(" +", -1);
    if (words.length < 2
        || words.length > 2 + MAX_ARGUMENTS
        || !WORD.matcher(words[0]).matches()
        || !WORD.matcher(words[1]).matches()) {
      return Optional.empty();
    }
    Map<String, String> arguments = new LinkedHashMap<>();
    for (int i = 2; i < words.length; i++) {
      var argument = ARGUMENT.matcher(words[i]);
      if (!argument.matches() || arguments.put(argument.group(1), argument.group(2)) != null) {
        return Optional.empty();
      }
    }
    String block = arguments.get("block");
    if (block != null && !BLOCK.matcher(block).matches()) {
      return Optional.empty();
    }
    return Optional.of(new Datagram(words[0], words[1], arguments));
  }

  /** The bytes as text without the line ends behind it; empty if they cannot be an order. */
  static Optional<String> text(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
      length--;
    }
    if (length == 0 || bytes.length > MAX_BYTES) {
      return Optional.empty();
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] < ' ' || bytes[i] > '~') {
        return Optional.empty();
      }
    }
    return Optional.of(new String(bytes, 0, length, StandardCharsets.US_ASCII));
  }

  /** The block that the coin server has told of, if the order says so. */
  Optional<Hash256> block() {
    return Optional.ofNullable(arguments.get("block")).map(Hash256::ofDisplayHex);
  }
}
