package io.powerpool.signal;

import io.netty.util.NetUtil;
import java.util.Optional;

/**
 * A range of IP addresses in CIDR notation (RFC 4632, RFC 4291): {@code 10.0.0.0/8}, {@code
 * fd00::/8}, or one address.
 *
 * @param address 4 or 16 bytes, big-endian
 * @param bits how many of its first bits count
 */
record Network(byte[] address, int bits) {

  /** Reads the notation; names are not looked up. */
  static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return Optional.empty();
    }
    int most = address.length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Network(address, most));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > most) {
      return Optional.empty();
    }
    return Optional.of(new Network(address, Integer.parseInt(length)));
  }

  /** Whether an address, 4 or 16 bytes, lies in it. */
  boolean contains(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    int whole = bits / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (other[i] != address[i]) {
        return false;
      }
    }
    int rest = bits % Byte.SIZE;
    return rest == 0 || ((other[whole] ^ address[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0;
  }
}
