package io.powerpool.jobmanager;

import io.powerpool.coinrpc.CoinRpcException;
import java.util.Optional;
import java.util.Set;

/**
 * What one server's answer to a block means. The words are those of Bitcoin Core and its
 * descendants (BIP 22 and validation.cpp).
 */
enum SubmitAnswer {
  /** It became the tip. */
  ACCEPTED,
  /** The server has it already; whether it counts must be looked up. */
  KNOWN,
  /** Valid as far as is known, but not the tip; must be looked up. */
  UNDECIDED,
  /** Its parent is unknown or no longer good. */
  STALE,
  /** Refused without a word why; stale if the tip has moved on. */
  UNEXPLAINED,
  REJECTED,
  /** Of a merged chain: refused without a word why, and it will not be asked in vain again. */
  DENIED,
  /** Of a merged chain: the server does not know this work, or no more. */
  FORGOTTEN,
  /** The server failed at the call: look the block up, then try again. */
  FAILED,
  /** The server could not be asked. */
  UNREACHABLE;

  private static final int DECODE_FAILED = -22;

  private static final Set<String> STALE_WORDS =
      Set.of(
          "prev-blk-not-found",
          "bad-prevblk",
          "stale-prevblk",
          "stale-work",
          "inconclusive-not-best-prevblk");

  static SubmitAnswer of(Optional<String> word) {
    if (word.isEmpty()) {
      return ACCEPTED;
    }
    return switch (word.get()) {
      case "duplicate" -> KNOWN;
      case "inconclusive", "duplicate-inconclusive" -> UNDECIDED;
      case "rejected", "invalid" -> UNEXPLAINED;
      default -> STALE_WORDS.contains(word.get()) ? STALE : REJECTED;
    };
  }

  /**
   * Of {@code submitauxblock} or {@code getauxblock} with a proof: true for every block that the
   * node has kept, be it beside the best chain; it is false that has no reason with it.
   */
  static SubmitAnswer ofMerged(String word) {
    return switch (word) {
      case "true" -> UNDECIDED;
      case "false" -> DENIED;
      default -> of(Optional.of(word));
    };
  }

  static SubmitAnswer ofMerged(Throwable failure) {
    return failure instanceof CoinRpcException refusal
            && refusal.code() == CoinRpcException.INVALID_PARAMETER
        ? FORGOTTEN
        : of(failure);
  }

  static SubmitAnswer of(Throwable failure) {
    if (failure instanceof CoinRpcException refusal && !refusal.serverIsDown()) {
      return refusal.code() == DECODE_FAILED ? REJECTED : FAILED;
    }
    return UNREACHABLE;
  }
}
