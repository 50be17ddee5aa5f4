package io.powerpool.share;

import io.powerpool.bitcoin.Address;
import io.powerpool.config.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Turns what a miner calls itself into whom to credit: {@code address[.worker]}. Nobody is refused:
 * a name that is no address is looked up in the aliases, and failing that the donate key is
 * credited (PowerPool's rules).
 *
 * @param aliases names in lower-case letters and digits, and the address each stands for
 * @param donateKey who is credited for names that stand for nobody
 * @param addressVersions base58 version bytes that are accepted
 * @param addressPrefixes bech32 prefixes that are accepted; with no version and no prefix given,
 *     every address of whatever coin is
 */
public record UserNames(
    Map<String, String> aliases,
    String donateKey,
    List<Integer> addressVersions,
    List<String> addressPrefixes) {

  /** The longest user name that is read. */
  public static final int LONGEST = 256;

  private static final int LONGEST_WORKER = 16;
  private static final Pattern NOT_IN_WORKER = Pattern.compile("[^a-zA-Z0-9\\[\\]_]+");
  private static final Pattern NOT_IN_ALIAS = Pattern.compile("[^a-z0-9]+");

  public UserNames {
    aliases = Map.copyOf(aliases);
    addressVersions = List.copyOf(addressVersions);
    addressPrefixes = List.copyOf(addressPrefixes);
  }

  /**
   * Reads {@code aliases}, {@code donate_key}, {@code valid_address_versions} and {@code
   * valid_address_prefixes} of a port.
   */
  public static UserNames from(Section port) {
    Map<String, String> aliases = new LinkedHashMap<>();
    port.texts("aliases").forEach((name, address) -> aliases.put(reduced(name), address));
    List<Integer> versions =
        port.numbers("valid_address_versions", List.of(), 0, 0xffff).stream()
            .map(Double::intValue)
            .toList();
    return new UserNames(
        aliases,
        port.string("donate_key", "donate"),
        versions,
        port.strings("valid_address_prefixes", List.of()));
  }

  /**
   * Who a miner of this name works for.
   *
   * @throws IllegalArgumentException if the name is longer than {@link #LONGEST}
   */
  public Worker worker(String user) {
    if (user.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a user name has at most " + LONGEST + " characters, got " + user.length());
    }
    int dot = user.indexOf('.');
    String account = dot < 0 ? user : user.substring(0, dot);
    String rig = dot < 0 ? "" : user.substring(dot + 1);
    rig = NOT_IN_WORKER.matcher(rig).replaceAll("-");
    return new Worker(
        address(account.strip()), rig.substring(0, Math.min(rig.length(), LONGEST_WORKER)));
  }

  /** Whether this worker is credited only because its name stood for nobody. */
  public boolean isDonation(Worker worker) {
    return worker.address().equals(donateKey);
  }

  private String address(String account) {
    return Address.canonical(account, addressVersions, addressPrefixes)
        .orElseGet(() -> aliases.getOrDefault(reduced(account), donateKey));
  }

  /** A name as the aliases are looked up: its lower-case letters and digits. */
  public static String reduced(String name) {
    return NOT_IN_ALIAS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
  }
}
