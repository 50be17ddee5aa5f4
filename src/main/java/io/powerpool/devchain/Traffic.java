package io.powerpool.devchain;

import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Invents payments, so that templates look like those of a living coin: legacy and segwit, one to
 * three inputs and outputs, some spending others that still wait. They move the coins of the first
 * block around; their amounts and hashes are right, their signatures are noise of the right length.
 */
final class Traffic {

  private static final int COIN_COUNT = 200;
  private static final long COIN_VALUE = 50L * 100_000_000L;

  /** Outputs are gathered rather than split above this number. */
  private static final int MANY_COINS = 600;

  /** A payment that leaves less than this for each payee is not made. */
  private static final long DUST = 10_000;

  /** Longest chain of waiting transactions; nodes stop at 25. */
  private static final int LONGEST_CHAIN = 5;

  private static final int SEQUENCE_FINAL = 0xffffffff;

  private final SplittableRandom random;
  private final List<OutPoint> own = new ArrayList<>();

  Traffic(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The outputs of the first block, which everything else comes from. */
  List<Transaction.Output> endowment() {
    List<Transaction.Output> outputs = new ArrayList<>();
    for (int i = 0; i < COIN_COUNT; i++) {
      outputs.add(new Transaction.Output(COIN_VALUE, randomScript()));
    }
    return outputs;
  }

  /** Makes the outputs of a transaction ours to spend. */
  void adopt(Transaction transaction) {
    for (int i = 0; i < transaction.outputs().size(); i++) {
      own.add(new OutPoint(transaction.txid(), i));
    }
  }

  /** A new payment, or empty if no coin is free at the moment. */
  Optional<Transaction> next(Mempool mempool) {
    int wanted = own.size() > MANY_COINS ? 3 : 1 + random.nextInt(2);
    List<OutPoint> chosen = choose(mempool, wanted);
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    List<Transaction.Input> inputs = new ArrayList<>();
    long value = 0;
    for (OutPoint outPoint : chosen) {
      Transaction.Output spent = mempool.find(outPoint).output();
      inputs.add(input(outPoint, spent.script()));
      value += spent.value();
    }
    int payees = own.size() > MANY_COINS ? 1 : 1 + random.nextInt(3);
    List<byte[]> scripts = new ArrayList<>();
    for (int i = 0; i < payees; i++) {
      scripts.add(randomScript());
    }
    // Its size does not depend on the amounts, so it is weighed before the fee is known.
    int weight = new Transaction(2, inputs, outputs(scripts, 0), 0).weight();
    long fee = (weight + 3) / 4L * (1 + random.nextInt(40));
    if (value < fee + payees * DUST) {
      own.addAll(chosen);
      return Optional.empty();
    }
    Transaction transaction = new Transaction(2, inputs, outputs(scripts, value - fee), 0);
    adopt(transaction);
    return Optional.of(transaction);
  }

  private List<OutPoint> choose(Mempool mempool, int wanted) {
    List<OutPoint> chosen = new ArrayList<>();
    for (int tries = 0; tries < 50 && chosen.size() < wanted && !own.isEmpty(); tries++) {
      int index = random.nextInt(own.size());
      OutPoint candidate = own.get(index);
      if (mempool.generation(candidate.txid()) >= LONGEST_CHAIN) {
        continue;
      }
      own.set(index, own.get(own.size() - 1));
      own.remove(own.size() - 1);
      if (mempool.isSpendable(candidate)) {
        chosen.add(candidate);
      }
    }
    return chosen;
  }

  private List<Transaction.Output> outputs(List<byte[]> scripts, long value) {
    List<Transaction.Output> outputs = new ArrayList<>();
    long rest = value;
    for (byte[] script : scripts.subList(1, scripts.size())) {
      long amount = rest > 2 * DUST ? rest / 4 + random.nextLong(rest / 4) : rest / 2;
      outputs.add(new Transaction.Output(amount, script));
      rest -= amount;
    }
    outputs.add(new Transaction.Output(rest, scripts.get(0)));
    return outputs;
  }

  private byte[] randomScript() {
    return switch (random.nextInt(3)) {
      case 0 -> Script.payToKeyHash(bytes(20));
      case 1 -> Script.payToWitness(0, bytes(20));
      default -> Script.payToWitness(1, bytes(32));
    };
  }

  private Transaction.Input input(OutPoint outPoint, byte[] script) {
    if (Script.isWitness(script, 1, 32)) {
      return new Transaction.Input(outPoint, new byte[0], SEQUENCE_FINAL, List.of(bytes(64)));
    }
    byte[] signature = signature();
    byte[] key = bytes(33);
    key[0] = (byte) (2 + random.nextInt(2));
    if (Script.isWitness(script, 0, 20)) {
      return new Transaction.Input(outPoint, new byte[0], SEQUENCE_FINAL, List.of(signature, key));
    }
    byte[] pushes = new byte[2 + signature.length + key.length];
    pushes[0] = (byte) signature.length;
    System.arraycopy(signature, 0, pushes, 1, signature.length);
    pushes[1 + signature.length] = (byte) key.length;
    System.arraycopy(key, 0, pushes, 2 + signature.length, key.length);
    return new Transaction.Input(outPoint, pushes, SEQUENCE_FINAL, List.of());
  }

  /** Noise in the DER form of an ECDSA signature, with the byte for SIGHASH_ALL. */
  private byte[] signature() {
    byte[] signature = bytes(71);
    signature[0] = 0x30;
    signature[1] = 68;
    signature[2] = 2;
    signature[3] = 32;
    signature[4] &= 0x7f;
    signature[36] = 2;
    signature[37] = 32;
    signature[38] &= 0x7f;
    signature[70] = 1;
    return signature;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
