package io.powerpool.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IP addresses in CIDR notation (RFC 4632, RFC 4291): {@code 10.0.0.0/8}, {@code
 * fd00::/8}, or one address.
 *
 * @param address 4 or 16 bytes, big-endian
 * @param bits how many of its first bits count
 */
public record Network(byte[] address, int bits) {

  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** Reads the notation; names are not looked up. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    Optional<byte[]> address = address(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int most = address.get().length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Network(address.get(), most));
    }
    String length = text.substring(slash + 1);
    if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > most) {
      return Optional.empty();
    }
    return Optional.of(new Network(address.get(), Integer.parseInt(length)));
  }

  /** Reads a list of networks; what is none is noted as a fault. */
  public static List<Network> list(Section section, String key, List<String> fallback) {
    List<Network> networks = new ArrayList<>();
    for (String text : section.strings(key, fallback)) {
      parse(text)
          .ifPresentOrElse(
              networks::add,
              () ->
                  section.fault(key, text, "IP addresses or networks like 10.0.0.0/8 or fd00::/8"));
    }
    return networks;
  }

  /** Whether an address, 4 or 16 bytes, lies in it. */
  public boolean contains(byte[] other) {
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

  private static Optional<byte[]> address(String text) {
    boolean sixteen = IPV6.matcher(text).matches();
    if (!sixteen && !IPV4.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      // In brackets it is an address or nothing: no name service is asked.
      return Optional.of(InetAddress.getByName(sixteen ? "[" + text + "]" : text).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
