package io.powerpool.miner;

/** A pool refused a request, or ended the connection before answering it. */
public final class StratumException extends Exception {

  private static final long serialVersionUID = 1;

  public StratumException(String message) {
    super(message);
  }
}
