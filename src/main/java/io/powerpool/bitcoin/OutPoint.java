package io.powerpool.bitcoin;

/**
 * Names an output of a transaction.
 *
 * @param index of the output, unsigned
 */
public record OutPoint(Hash256 txid, int index) {

  /** What the input of a coinbase refers to. */
  public static final OutPoint NONE = new OutPoint(Hash256.ZERO, 0xffffffff);

  /** As people write it: display digits, colon, index. */
  @Override
  public String toString() {
    return txid + ":" + Integer.toUnsignedString(index);
  }
}
