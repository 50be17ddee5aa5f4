package io.powerpool.coin;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.config.Section;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A configured currency: what the pool mines and how.
 *
 * @param currency the key in configuration and statistics, as "LTC"
 * @param name for people, as "Litecoin"
 * @param difficultyOne the target of difficulty 1 for this coin's miners
 * @param hashesPerShare the hashes that a share of difficulty 1 counts in hash rates
 * @param templateRules what {@code getblocktemplate} must be asked with
 * @param templateAlgorithm what {@code getblocktemplate} must be told of the proof-of-work function
 *     by coins that have several; empty for others
 * @param blockId which hash names a block
 * @param transactionId which hash of a transaction goes into the merkle tree
 * @param algorithmBits how a header's version tells the proof-of-work function
 * @param versionMask the header version bits that miners may roll (BIP 320)
 * @param payouts who is paid, in the order of the outputs; percentages sum to 100
 * @param templatePayments where the template says whom else the coinbase must pay
 * @param tag text in the coinbase script; may be empty
 * @param extranonce1Size bytes that the pool gives to a connection, 2 to 8
 * @param extranonce2Size bytes that the miner counts with, 2 to 8
 */
public record Coin(
    String currency,
    String name,
    CoinFamily family,
    Algorithm algorithm,
    Target difficultyOne,
    double hashesPerShare,
    List<String> templateRules,
    String templateAlgorithm,
    BlockId blockId,
    TransactionId transactionId,
    AlgorithmBits algorithmBits,
    int versionMask,
    List<Payout> payouts,
    TemplatePayments templatePayments,
    String tag,
    int extranonce1Size,
    int extranonce2Size) {

  /** The general-purpose bits that BIP 320 leaves to miners. */
  public static final int BIP320_MASK = 0x1fffe000;

  public Coin {
    templateRules = List.copyOf(templateRules);
    payouts = List.copyOf(payouts);
  }

  /** That any share can take: as many as there are hashes, 2^256. */
  private static final double MOST_HASHES = 0x1p256;

  /** Text that fits beside everything else in a coinbase script of 100 bytes. */
  public static final int LONGEST_TAG = 60;

  /**
   * Reads a coin's entry, its definition already merged below it. Notes a fault for every wrong
   * value; empty if no coin can be made of the rest.
   *
   * @param currency the entry's key
   */
  public static Optional<Coin> from(String currency, Section section) {
    section.string("definition", "");
    String name = section.string("name", currency);
    String familyName = section.requiredString("family");
    String algorithmName = section.requiredString("algorithm");
    Optional<CoinFamily> family =
        known(
            section, "family", familyName, "one of " + CoinFamilies.names(), CoinFamilies::byName);
    Optional<Algorithm> algorithm =
        known(
            section,
            "algorithm",
            algorithmName,
            "one of " + Algorithms.names(),
            Algorithms::byName);
    Optional<Target> difficultyOne =
        section
            .optionalString("difficulty_one")
            .flatMap(
                hex ->
                    known(
                        section,
                        "difficulty_one",
                        hex,
                        "a target of at most 64 hexadecimal digits",
                        Target::ofHex))
            .or(() -> algorithm.map(Algorithm::difficultyOne));
    double hashesPerShare = section.number("hashes_per_share", 0, 0, MOST_HASHES);
    int mask = mask(section, "version_mask", BIP320_MASK);
    AlgorithmBits algorithmBits = algorithmBits(section);
    BlockId blockId = choice(section, "block_id", BlockId.SHA256D);
    TransactionId transactionId = choice(section, "transaction_id", TransactionId.SHA256D);
    String tag = section.string("coinbase_tag", "/PowerPool/");
    if (tag.getBytes(StandardCharsets.UTF_8).length > LONGEST_TAG) {
      section.fault("coinbase_tag", tag, "at most " + LONGEST_TAG + " bytes");
    }
    List<String> rules = section.strings("rules", List.of("segwit"));
    int extranonce1Size = section.integer("extranonce1_size", 4, 2, 8);
    int extranonce2Size = section.integer("extranonce2_size", 8, 2, 8);
    Optional<AddressFormat> addresses = AddressForms.from(section);
    List<Payout> payouts = Payouts.from(section, addresses);
    List<PaymentField> payments =
        PaymentField.from(section, family.map(CoinFamily::payments).orElse(List.of()));
    List<FixedPayment> fixed = FixedPayment.from(section, addresses);
    if (family.isEmpty()
        || algorithm.isEmpty()
        || difficultyOne.isEmpty()
        || addresses.isEmpty()
        || payouts.isEmpty()) {
      return Optional.empty();
    }
    Coin coin =
        new Coin(
            currency,
            name,
            family.get(),
            algorithm.get(),
            difficultyOne.get(),
            hashesPerShare == 0 ? expectedHashes(difficultyOne.get()) : hashesPerShare,
            rules,
            section.string("gbt_algorithm", ""),
            blockId,
            transactionId,
            algorithmBits,
            mask & ~algorithmBits.mask(),
            payouts,
            new TemplatePayments(payments, fixed, addresses.get()),
            tag,
            extranonce1Size,
            extranonce2Size);
    String excess = BlockFit.excessOfReserve(coin, new byte[0]);
    if (!excess.isEmpty()) {
      section.fault(
          "payout",
          payouts.size() + " addresses",
          "fewer, for servers keep too little free for such a coinbase: " + excess);
    }
    return Optional.of(coin);
  }

  /** One of the constants of an enumeration, by its name in lower case. */
  private static <E extends Enum<E>> E choice(Section section, String key, E otherwise) {
    Class<E> type = otherwise.getDeclaringClass();
    List<String> names =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .toList();
    String fallback = otherwise.name().toLowerCase(Locale.ROOT);
    return Enum.valueOf(type, section.choice(key, fallback, names).toUpperCase(Locale.ROOT));
  }

  /** What the text stands for; a fault and empty where the reader refuses it or it is missing. */
  private static <T> Optional<T> known(
      Section section, String key, String text, String expected, Function<String, T> reader) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(text));
    } catch (IllegalArgumentException e) {
      section.fault(key, text, expected);
      return Optional.empty();
    }
  }

  private static AlgorithmBits algorithmBits(Section section) {
    int mask = mask(section, "version_algorithm_mask", 0);
    int value = mask(section, "version_algorithm", 0);
    try {
      return new AlgorithmBits(mask, value);
    } catch (IllegalArgumentException e) {
      section.fault("version_algorithm", Hex.ofInt(value), e.getMessage());
      return AlgorithmBits.NONE;
    }
  }

  private static int mask(Section section, String key, int otherwise) {
    return section
        .optionalString(key)
        .flatMap(hex -> known(section, key, hex, "8 hexadecimal digits", Coin::mask))
        .orElse(otherwise);
  }

  private static int mask(String hex) {
    byte[] bytes = Hex.decode(hex);
    if (bytes.length != 4) {
      throw new IllegalArgumentException("8 hexadecimal digits");
    }
    return new BigInteger(1, bytes).intValue();
  }

  /** Bytes of both extranonces together. */
  public int extranonceSize() {
    return extranonce1Size + extranonce2Size;
  }

  private static double expectedHashes(Target target) {
    return MOST_HASHES / (target.toBigInteger().doubleValue() + 1);
  }
}
