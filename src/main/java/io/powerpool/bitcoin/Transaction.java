package io.powerpool.bitcoin;

import java.util.ArrayList;
import java.util.List;

/**
 * A transaction with or without witness data (BIP 144). Immutable as long as nobody writes into its
 * byte arrays.
 */
public final class Transaction {

  private static final int WITNESS_FLAG = 1;

  /**
   * What is spent.
   *
   * @param script scriptSig
   * @param witness stack items; empty for none
   */
  public record Input(OutPoint previous, byte[] script, int sequence, List<byte[]> witness) {

    public Input {
      witness = List.copyOf(witness);
    }
  }

  /**
   * Who is paid.
   *
   * @param value in the smallest unit
   * @param script scriptPubKey
   */
  public record Output(long value, byte[] script) {}

  private final int version;
  private final List<Input> inputs;
  private final List<Output> outputs;
  private final int lockTime;
  private final byte[] bytes;
  private final int strippedSize;
  private final Hash256 txid;
  private final Hash256 wtxid;

  public Transaction(int version, List<Input> inputs, List<Output> outputs, int lockTime) {
    this.version = version;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.lockTime = lockTime;
    byte[] stripped = write(false);
    strippedSize = stripped.length;
    txid = Hash256.of(Sha256.twice(stripped));
    if (hasWitness()) {
      bytes = write(true);
      wtxid = Hash256.of(Sha256.twice(bytes));
    } else {
      bytes = stripped;
      wtxid = txid;
    }
  }

  /**
   * Reads one transaction and leaves the source behind it.
   *
   * @throws IllegalArgumentException if nodes would not decode it either
   */
  public static Transaction read(ByteSource source) {
    int version = source.u32();
    List<Input> inputs = readInputs(source);
    List<Output> outputs = List.of();
    int flag = 0;
    if (inputs.isEmpty()) {
      // No inputs is how witness data announces itself; a flag of 0 means really none.
      flag = source.u8();
      if (flag != 0) {
        inputs = readInputs(source);
        outputs = readOutputs(source);
      }
    } else {
      outputs = readOutputs(source);
    }
    if ((flag & WITNESS_FLAG) != 0) {
      inputs = readWitnesses(source, inputs);
      if (inputs.stream().allMatch(input -> input.witness().isEmpty())) {
        throw new IllegalArgumentException("superfluous witness record");
      }
    }
    if ((flag & ~WITNESS_FLAG) != 0) {
      throw new IllegalArgumentException("unknown optional data in a transaction, flag " + flag);
    }
    return new Transaction(version, inputs, outputs, source.u32());
  }

  public int version() {
    return version;
  }

  public List<Input> inputs() {
    return inputs;
  }

  public List<Output> outputs() {
    return outputs;
  }

  public int lockTime() {
    return lockTime;
  }

  /** The bytes on the wire, with witness data if there are any; not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes it has without witness data. */
  public int strippedSize() {
    return strippedSize;
  }

  /** Three times the stripped size plus the whole size (BIP 141). */
  public int weight() {
    return 3 * strippedSize + bytes.length;
  }

  /** The hash without witness data: how others refer to it, and its leaf in the merkle tree. */
  public Hash256 txid() {
    return txid;
  }

  /** The hash with witness data: its leaf in the tree of the witness commitment. */
  public Hash256 wtxid() {
    return wtxid;
  }

  public boolean hasWitness() {
    return inputs.stream().anyMatch(input -> !input.witness().isEmpty());
  }

  /** Whether it makes new coins instead of spending old ones. */
  public boolean isCoinbase() {
    return inputs.size() == 1 && inputs.get(0).previous().equals(OutPoint.NONE);
  }

  private byte[] write(boolean withWitness) {
    ByteSink sink = new ByteSink();
    sink.u32(version);
    if (withWitness) {
      sink.u8(0).u8(WITNESS_FLAG);
    }
    sink.varInt(inputs.size());
    for (Input input : inputs) {
      sink.hash(input.previous().txid()).u32(input.previous().index());
      sink.varBytes(input.script()).u32(input.sequence());
    }
    sink.varInt(outputs.size());
    for (Output output : outputs) {
      sink.u64(output.value()).varBytes(output.script());
    }
    if (withWitness) {
      for (Input input : inputs) {
        sink.varInt(input.witness().size());
        input.witness().forEach(sink::varBytes);
      }
    }
    return sink.u32(lockTime).toBytes();
  }

  private static List<Input> readInputs(ByteSource source) {
    List<Input> inputs = new ArrayList<>();
    for (int left = source.varInt(); left > 0; left--) {
      OutPoint previous = new OutPoint(source.hash(), source.u32());
      inputs.add(new Input(previous, source.varBytes(), source.u32(), List.of()));
    }
    return inputs;
  }

  private static List<Output> readOutputs(ByteSource source) {
    List<Output> outputs = new ArrayList<>();
    for (int left = source.varInt(); left > 0; left--) {
      outputs.add(new Output(source.u64(), source.varBytes()));
    }
    return outputs;
  }

  private static List<Input> readWitnesses(ByteSource source, List<Input> inputs) {
    List<Input> result = new ArrayList<>(inputs.size());
    for (Input input : inputs) {
      List<byte[]> witness = new ArrayList<>();
      for (int left = source.varInt(); left > 0; left--) {
        witness.add(source.varBytes());
      }
      result.add(new Input(input.previous(), input.script(), input.sequence(), witness));
    }
    return result;
  }
}
