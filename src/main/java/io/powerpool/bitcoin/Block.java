package io.powerpool.bitcoin;

import java.util.ArrayList;
import java.util.List;

/** A header and its transactions, the coinbase first. */
public record Block(BlockHeader header, List<Transaction> transactions) {

  public Block {
    transactions = List.copyOf(transactions);
  }

  /**
   * Reads a block as nodes do: bytes behind the last transaction are ignored.
   *
   * @throws IllegalArgumentException if it cannot be decoded
   */
  public static Block decode(byte[] bytes) {
    ByteSource source = new ByteSource(bytes);
    BlockHeader header = BlockHeader.read(source.bytes(BlockHeader.SIZE), 0);
    List<Transaction> transactions = new ArrayList<>();
    for (int left = source.varInt(); left > 0; left--) {
      transactions.add(Transaction.read(source));
    }
    return new Block(header, transactions);
  }

  /** The bytes on the wire. */
  public byte[] toBytes() {
    ByteSink sink = new ByteSink(size());
    sink.bytes(header.toBytes()).varInt(transactions.size());
    transactions.forEach(transaction -> sink.bytes(transaction.bytes()));
    return sink.toBytes();
  }

  /** How many bytes it has. */
  public int size() {
    return frameSize() + transactions.stream().mapToInt(tx -> tx.bytes().length).sum();
  }

  /** How many bytes it has without witness data. */
  public int strippedSize() {
    return frameSize() + transactions.stream().mapToInt(Transaction::strippedSize).sum();
  }

  /** Three times the stripped size plus the whole size (BIP 141). */
  public int weight() {
    return 3 * strippedSize() + size();
  }

  private int frameSize() {
    return BlockHeader.SIZE + VarInt.size(transactions.size());
  }
}
