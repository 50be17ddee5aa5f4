package io.powerpool.bitcoin;

/** Bitcoin's variable-length count ("compact size"): 1, 3, 5 or 9 bytes, little-endian. */
public final class VarInt {

  private VarInt() {}

  /** How many bytes the value takes. */
  public static int size(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count is not negative, was " + value);
    }
    if (value < 0xfd) {
      return 1;
    }
    if (value <= 0xffff) {
      return 3;
    }
    return value <= 0xffffffffL ? 5 : 9;
  }

  static void write(long value, ByteSink sink) {
    switch (size(value)) {
      case 1 -> sink.u8((int) value);
      case 3 -> sink.u8(0xfd).u16((int) value);
      case 5 -> sink.u8(0xfe).u32((int) value);
      default -> sink.u8(0xff).u64(value);
    }
  }
}
