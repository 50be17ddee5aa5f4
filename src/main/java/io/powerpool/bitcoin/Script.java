package io.powerpool.bitcoin;

import java.util.Arrays;

/** Output scripts of the usual kinds, as raw bytes. */
public final class Script {

  private static final int OP_PUSHDATA1 = 0x4c;
  private static final int OP_PUSHDATA2 = 0x4d;
  private static final int OP_PUSHDATA4 = 0x4e;
  private static final int OP_1 = 0x51;
  private static final int OP_RETURN = 0x6a;
  private static final int OP_DUP = 0x76;
  private static final int OP_EQUAL = 0x87;
  private static final int OP_EQUALVERIFY = 0x88;
  private static final int OP_HASH160 = 0xa9;
  private static final int OP_HASH256 = 0xaa;
  private static final int OP_CHECKSIG = 0xac;
  private static final int OP_CHECKSIGVERIFY = 0xad;
  private static final int OP_CHECKMULTISIG = 0xae;
  private static final int OP_CHECKMULTISIGVERIFY = 0xaf;

  /** Signature operations that a multi-signature opcode counts for, whatever its keys. */
  private static final int MULTISIG_SIGOPS = 20;

  private Script() {}

  /** Pays whoever has the key of this 20-byte hash. */
  public static byte[] payToKeyHash(byte[] hash) {
    requireLength(hash, 20);
    return new ByteSink(25)
        .u8(OP_DUP)
        .u8(OP_HASH160)
        .u8(20)
        .bytes(hash)
        .u8(OP_EQUALVERIFY)
        .u8(OP_CHECKSIG)
        .toBytes();
  }

  /** Pays whoever has the script of this hash of 20 bytes, or (Bitcoin Cash) 32 bytes. */
  public static byte[] payToScriptHash(byte[] hash) {
    if (hash.length == 32) {
      return new ByteSink(35).u8(OP_HASH256).u8(32).bytes(hash).u8(OP_EQUAL).toBytes();
    }
    requireLength(hash, 20);
    return new ByteSink(23).u8(OP_HASH160).u8(20).bytes(hash).u8(OP_EQUAL).toBytes();
  }

  /**
   * Pays a witness program (BIP141).
   *
   * @param version 0 to 16
   * @param program 2 to 40 bytes
   */
  public static byte[] payToWitness(int version, byte[] program) {
    if (version < 0 || version > 16 || program.length < 2 || program.length > 40) {
      throw new IllegalArgumentException(
          "no witness program: version " + version + " of " + program.length + " bytes");
    }
    return new ByteSink(42)
        .u8(version == 0 ? 0 : OP_1 - 1 + version)
        .u8(program.length)
        .bytes(program)
        .toBytes();
  }

  /** Whether this is a witness program of the version and length. */
  public static boolean isWitness(byte[] script, int version, int length) {
    return script.length == length + 2
        && (script[0] & 0xff) == (version == 0 ? 0 : OP_1 - 1 + version)
        && script[1] == length;
  }

  /** Whether nobody can ever spend an output with this script, so that nobody remembers it. */
  public static boolean isUnspendable(byte[] script) {
    return script.length > 10_000 || (script.length > 0 && (script[0] & 0xff) == OP_RETURN);
  }

  /**
   * The push of a number at the start of a coinbase script, as Bitcoin's script builder writes it
   * and BIP34 demands: one opcode for 0 to 16, otherwise the shortest little-endian form with room
   * for a sign bit.
   */
  public static byte[] pushNumber(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a height is not negative, was " + value);
    }
    if (value == 0) {
      return new byte[] {0};
    }
    if (value <= 16) {
      return new byte[] {(byte) (OP_1 - 1 + value)};
    }
    byte[] push = new byte[10];
    int length = 0;
    long rest = value;
    while (rest != 0) {
      push[++length] = (byte) rest;
      rest >>>= 8;
    }
    if (push[length] < 0) {
      length++;
    }
    push[0] = (byte) length;
    return Arrays.copyOf(push, length + 1);
  }

  /**
   * Signature operations in a script as nodes have counted them since before P2SH: every
   * multi-signature opcode counts 20. A push that runs over the end ends the count. Source:
   * CScript::GetSigOpCount(false) in Bitcoin Core.
   */
  public static int legacySigops(byte[] script) {
    int count = 0;
    int at = 0;
    while (at < script.length) {
      int opcode = script[at++] & 0xff;
      if (opcode <= OP_PUSHDATA4) {
        int lengthBytes = lengthBytes(opcode);
        if (script.length - at < lengthBytes) {
          return count;
        }
        long length = lengthBytes == 0 ? opcode : littleEndian(script, at, lengthBytes);
        at += lengthBytes;
        if (script.length - at < length) {
          return count;
        }
        at += (int) length;
      } else if (opcode == OP_CHECKSIG || opcode == OP_CHECKSIGVERIFY) {
        count++;
      } else if (opcode == OP_CHECKMULTISIG || opcode == OP_CHECKMULTISIGVERIFY) {
        count += MULTISIG_SIGOPS;
      }
    }
    return count;
  }

  private static int lengthBytes(int opcode) {
    return switch (opcode) {
      case OP_PUSHDATA1 -> 1;
      case OP_PUSHDATA2 -> 2;
      case OP_PUSHDATA4 -> 4;
      default -> 0;
    };
  }

  private static long littleEndian(byte[] source, int from, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (source[from + i] & 0xff);
    }
    return value;
  }

  private static void requireLength(byte[] hash, int length) {
    if (hash.length != length) {
      throw new IllegalArgumentException(
          "a hash of " + length + " bytes is needed, got " + hash.length);
    }
  }
}
