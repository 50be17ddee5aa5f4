package io.powerpool.share;

import java.util.OptionalDouble;

/**
 * What a miner asks for in its password: PowerPool's {@code -d}, {@code --diff}, {@code
 * --start-diff}, {@code --min-diff}, {@code --max-diff}, and the common {@code d=}, {@code sd=},
 * {@code md=}, {@code xd=}. Whatever else stands there is ignored, for a password may be anything.
 *
 * @param fixed a difficulty to stay at
 * @param start where automatic adjustment begins
 * @param minimum what it does not go below
 * @param maximum what it does not go above
 */
public record PasswordArguments(
    OptionalDouble fixed, OptionalDouble start, OptionalDouble minimum, OptionalDouble maximum) {

  /** Nothing asked for. */
  public static final PasswordArguments NONE =
      new PasswordArguments(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  private static final int LONGEST = 256;

  /**
   * Reads a password.
   *
   * @param floor smaller values are raised to it
   */
  public static PasswordArguments read(String password, double floor) {
    if (password.isEmpty() || password.length() > LONGEST) {
      return NONE;
    }
    OptionalDouble[] values = {
      OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty()
    };
    String[] words = password.split("[\\s,;=]+", -1);
    for (int i = 0; i + 1 < words.length; i++) {
      int which = which(words[i]);
      if (which >= 0) {
        OptionalDouble value = number(words[i + 1]);
        if (value.isPresent()) {
          values[which] = OptionalDouble.of(Math.max(floor, value.getAsDouble()));
          i++;
        }
      }
    }
    PasswordArguments read = new PasswordArguments(values[0], values[1], values[2], values[3]);
    // One for all who ask for nothing: there is one per connection.
    return read.equals(NONE) ? NONE : read;
  }

  private static int which(String word) {
    return switch (word) {
      case "-d", "--diff", "d", "diff" -> 0;
      case "--start-diff", "sd", "start-diff" -> 1;
      case "--min-diff", "md", "min-diff" -> 2;
      case "--max-diff", "xd", "max-diff" -> 3;
      default -> -1;
    };
  }

  private static OptionalDouble number(String text) {
    try {
      double value = Double.parseDouble(text);
      return value > 0 && value < Double.POSITIVE_INFINITY
          ? OptionalDouble.of(value)
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
