package io.powerpool.stratum.v1;

import io.powerpool.share.RejectReason;

/** The numbers of Stratum's errors, the same in all pools. */
final class ErrorCode {

  static final int OTHER = 20;
  static final int JOB_NOT_FOUND = 21;
  static final int DUPLICATE = 22;
  static final int LOW_DIFFICULTY = 23;
  static final int UNAUTHORIZED = 24;
  static final int NOT_SUBSCRIBED = 25;

  private ErrorCode() {}

  static int of(RejectReason reason) {
    return switch (reason) {
      case UNKNOWN_JOB, STALE -> JOB_NOT_FOUND;
      case DUPLICATE -> DUPLICATE;
      case LOW_DIFFICULTY -> LOW_DIFFICULTY;
      case EXTRANONCE2_SIZE, TIME_TOO_OLD, TIME_TOO_NEW, VERSION_BITS, TOO_MANY_SHARES -> OTHER;
    };
  }
}
