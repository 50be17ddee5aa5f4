package io.powerpool.coin;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Builds the coinbase transaction: {@code height push · flags · mark push · extranonce push · tag
 * push} in the script, the outputs, and behind the lock time the payload if the coin has one.
 */
final class CoinbaseBuilder {

  private static final int TRANSACTION_VERSION = 2;
  private static final int SEQUENCE_FINAL = 0xffffffff;

  /** Consensus limit ("bad-cb-length"). */
  private static final int LONGEST_SCRIPT = 100;

  /** Opcodes up to this length push that many bytes. */
  private static final int LONGEST_DIRECT_PUSH = 75;

  private static final int OP_PUSHDATA1 = 0x4c;
  private static final int OP_1 = 0x51;

  private CoinbaseBuilder() {}

  static CoinbaseParts build(BlockTemplate template, Coin coin, byte[] mark) {
    return build(template, coin, mark, TRANSACTION_VERSION);
  }

  /**
   * @param version of the transaction; with a type in its high half for a special one (DIP 2)
   */
  static CoinbaseParts build(BlockTemplate template, Coin coin, byte[] mark, int version) {
    int extranonceSize = coin.extranonceSize();
    byte[] beforeExtranonce =
        new ByteSink(LONGEST_SCRIPT)
            .bytes(heightPush(template.height()))
            .bytes(template.coinbaseFlags())
            .bytes(push(mark))
            .u8(extranonceSize)
            .toBytes();
    byte[] afterExtranonce = push(coin.tag().getBytes(StandardCharsets.UTF_8));
    int scriptLength = beforeExtranonce.length + extranonceSize + afterExtranonce.length;
    if (scriptLength > LONGEST_SCRIPT) {
      throw new IllegalArgumentException(
          String.format(
              "the coinbase script would have %d bytes, %d are allowed: shorten coinbase_tag '%s'"
                  + " by %d bytes",
              scriptLength, LONGEST_SCRIPT, coin.tag(), scriptLength - LONGEST_SCRIPT));
    }
    byte[] prefix =
        new ByteSink()
            .u32(version)
            .varInt(1)
            .hash(Hash256.ZERO)
            .u32(0xffffffff)
            .varInt(scriptLength)
            .bytes(beforeExtranonce)
            .toBytes();

    List<byte[]> outputs = CoinbaseOutputs.of(template, coin);
    ByteSink suffix = new ByteSink().bytes(afterExtranonce).u32(SEQUENCE_FINAL);
    suffix.varInt(outputs.size());
    outputs.forEach(suffix::bytes);
    suffix.u32(0);
    if (template.coinbasePayload() != null) {
      suffix.varBytes(template.coinbasePayload());
    }
    return new CoinbaseParts(prefix, suffix.toBytes());
  }

  /** The bytes that Bitcoin's script builder makes for the height (BIP 34). */
  static byte[] heightPush(int height) {
    if (height == 0) {
      return new byte[] {0};
    }
    if (height <= 16) {
      return new byte[] {(byte) (OP_1 + height - 1)};
    }
    ByteSink number = new ByteSink(5);
    int rest = height;
    int last = 0;
    while (rest != 0) {
      last = rest & 0xff;
      number.u8(last);
      rest >>>= 8;
    }
    if (last >= 0x80) {
      number.u8(0);
    }
    return push(number.toBytes());
  }

  /** A push of these bytes; nothing at all for none. */
  private static byte[] push(byte[] data) {
    if (data.length == 0) {
      return data;
    }
    ByteSink push = new ByteSink(data.length + 2);
    if (data.length > LONGEST_DIRECT_PUSH) {
      push.u8(OP_PUSHDATA1);
    }
    return push.u8(data.length).bytes(data).toBytes();
  }
}
