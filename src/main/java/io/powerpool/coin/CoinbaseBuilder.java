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

  /** Version, number of inputs, what is spent, and the length of the script. */
  private static final int BYTES_BEFORE_SCRIPT = 4 + 1 + 36 + 1;

  private final BlockTemplate template;
  private final Coin coin;
  private int version = TRANSACTION_VERSION;
  private int smallest;

  CoinbaseBuilder(BlockTemplate template, Coin coin) {
    this.template = template;
    this.coin = coin;
  }

  /** Sets the transaction's version; with a type in its high half for a special one (DIP 2). */
  CoinbaseBuilder version(int given) {
    version = given;
    return this;
  }

  /** Fills the script with zeros if the transaction would have fewer bytes. */
  CoinbaseBuilder atLeast(int bytes) {
    smallest = bytes;
    return this;
  }

  /** See {@link CoinFamily#coinbase}. */
  CoinbaseParts build(byte[] mark) {
    int extranonceSize = coin.extranonceSize();
    byte[] beforeExtranonce =
        new ByteSink(LONGEST_SCRIPT)
            .bytes(heightPush(template.height()))
            .bytes(template.coinbaseFlags())
            .bytes(push(mark))
            .u8(extranonceSize)
            .toBytes();
    byte[] tag = push(coin.tag().getBytes(StandardCharsets.UTF_8));
    byte[] behindScript = behindScript();
    int scriptLength = beforeExtranonce.length + extranonceSize + tag.length;
    int padding = Math.max(0, smallest - BYTES_BEFORE_SCRIPT - scriptLength - behindScript.length);
    scriptLength += padding;
    if (scriptLength > LONGEST_SCRIPT) {
      throw new IllegalArgumentException(
          String.format(
              "the coinbase script would have %d bytes, %d are allowed: shorten coinbase_tag '%s'"
                  + " by %d bytes (the server's coinbaseaux takes %d)",
              scriptLength,
              LONGEST_SCRIPT,
              coin.tag(),
              scriptLength - LONGEST_SCRIPT,
              template.coinbaseFlags().length));
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
    byte[] suffix =
        new ByteSink().bytes(tag).bytes(new byte[padding]).bytes(behindScript).toBytes();
    return new CoinbaseParts(prefix, suffix);
  }

  /** Sequence, outputs, lock time and payload. */
  private byte[] behindScript() {
    List<byte[]> outputs = CoinbaseOutputs.of(template, coin);
    ByteSink sink = new ByteSink().u32(SEQUENCE_FINAL).varInt(outputs.size());
    outputs.forEach(sink::bytes);
    sink.u32(0);
    if (template.coinbasePayload() != null) {
      sink.varBytes(template.coinbasePayload());
    }
    return sink.toBytes();
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
