package io.powerpool.reporter.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How records stand one after the other in a segment: payload length (4 bytes), CRC32C of the
 * payload (4 bytes), payload; numbers big-endian. A length of zero never occurs, so that a tail of
 * zeros, which a file system may leave after a power cut, is not taken for records.
 */
final class RecordFormat {

  /** Bytes before the payload. */
  static final int HEADER = 8;

  static final int MAX_PAYLOAD = 16 * 1024;
  static final int MAX_RECORD = HEADER + MAX_PAYLOAD;

  /** The bytes end before the record does. */
  static final int INCOMPLETE = -1;

  /** The length cannot be right, or the checksum is not that of the payload. */
  static final int DAMAGED = -2;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private RecordFormat() {}

  /** Writes the header of a record whose payload stands at {@code at + HEADER} already. */
  static void seal(byte[] bytes, int at, int payloadLength, CRC32C crc) {
    INTS.set(bytes, at, payloadLength);
    INTS.set(bytes, at + 4, checksum(bytes, at + HEADER, payloadLength, crc));
  }

  /**
   * Checks the record at {@code at}.
   *
   * @return the length of its payload, or {@link #INCOMPLETE}, or {@link #DAMAGED}
   */
  static int check(byte[] bytes, int at, int limit, CRC32C crc) {
    if (limit - at < HEADER) {
      return INCOMPLETE;
    }
    int length = length(bytes, at);
    if (length <= 0 || length > MAX_PAYLOAD) {
      return DAMAGED;
    }
    if (limit - at - HEADER < length) {
      return INCOMPLETE;
    }
    int expected = (int) INTS.get(bytes, at + 4);
    return checksum(bytes, at + HEADER, length, crc) == expected ? length : DAMAGED;
  }

  /** The payload length that the record at {@code at} states, right or wrong. */
  static int length(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  private static int checksum(byte[] bytes, int from, int length, CRC32C crc) {
    crc.reset();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
