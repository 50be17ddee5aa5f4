package io.powerpool.stratum;

import java.util.Locale;

/** Why we hang up. The label is used in logs and statistics. */
public enum CloseReason {
  LINE_TOO_LONG("Line too long"),
  NOT_AUTHORIZED_IN_TIME("Not authorized in time"),
  TOO_MANY_REQUESTS("Too many requests before authorization"),
  TOO_MANY_INVALID("Too many invalid shares in a row"),
  IDLE("No share for too long"),
  SLOW_READER("Does not read what we send"),
  NEW_EXTRANONCE("The extranonce has changed"),
  NO_EXTRANONCE("Another node of the pool has the extranonces of this one"),
  TAKEN_OVER("The session goes on on another connection"),
  FULL("The pool is full"),
  DRAINING("The pool is going out of service: connect again"),
  SHUTDOWN("The pool is stopping"),
  ERROR("Internal error");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /** For the miner and the log. */
  public String text() {
    return text;
  }

  /** The key in statistics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
