package io.powerpool.coin;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.VarInt;

/** Puts header, coinbase and transactions together, as all families do. */
final class BlockWriter {

  /** Marker and flag that tell a transaction with witness data (BIP 144). */
  private static final int SEGWIT_MARKER = 0;

  private static final int SEGWIT_FLAG = 1;

  /** The witness reserved value: what the commitment of a template is computed with (BIP 141). */
  private static final byte[] RESERVED_VALUE = new byte[32];

  private static final int LOCK_TIME_SIZE = 4;

  private BlockWriter() {}

  static ByteSink write(BlockTemplate template, byte[] header, byte[] coinbase) {
    int size = header.length + 9 + coinbase.length + 2 + 34;
    for (TemplateTransaction transaction : template.transactions()) {
      size += transaction.data().length;
    }
    ByteSink block = new ByteSink(size);
    block.bytes(header).varInt(1L + template.transactions().size());
    if (template.witnessCommitment() == null) {
      block.bytes(coinbase);
    } else {
      int fromLockTime = LOCK_TIME_SIZE + payloadSize(template.coinbasePayload());
      int beforeLockTime = coinbase.length - fromLockTime;
      block
          .bytes(coinbase, 0, 4)
          .u8(SEGWIT_MARKER)
          .u8(SEGWIT_FLAG)
          .bytes(coinbase, 4, beforeLockTime - 4)
          .varInt(1)
          .varBytes(RESERVED_VALUE)
          .bytes(coinbase, beforeLockTime, fromLockTime);
    }
    for (TemplateTransaction transaction : template.transactions()) {
      block.bytes(transaction.data());
    }
    return block;
  }

  private static int payloadSize(byte[] payload) {
    return payload == null ? 0 : VarInt.size(payload.length) + payload.length;
  }
}
