package io.powerpool.bitcoin;

/** An address that cannot be paid; the message names it. */
public final class AddressException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String reason;

  AddressException(String address, IllegalArgumentException cause) {
    super("address '" + address + "': " + cause.getMessage(), cause);
    this.reason = cause.getMessage();
  }

  /** The same for who names the address anyway. */
  public String expectation() {
    return "an address of this coin and network: " + reason;
  }
}
