package io.powerpool.signal;

import java.util.Locale;

/** Why an order was not followed. */
enum Refusal {
  /** It comes from outside of the networks allowed. */
  WRONG_SOURCE("from a network that is not in signal.allow"),
  TOO_MANY("more than signal.rate_limit in a second"),
  MALFORMED("not of the form COMPONENT METHOD [key=value ...]"),
  WRONG_MAC("without the right mac= although signal.secret is set"),
  WRONG_TIME("time= is missing, or more than 30 s from this clock"),
  UNKNOWN_COMPONENT("for a coin that is not configured"),
  UNKNOWN_METHOD("neither getblocktemplate nor _check_new_jobs");

  private final String words;

  Refusal(String words) {
    this.words = words;
  }

  /** Its name in statistics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** For the log. */
  String words() {
    return words;
  }
}
