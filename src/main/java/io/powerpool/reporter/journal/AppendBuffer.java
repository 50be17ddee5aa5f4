package io.powerpool.reporter.journal;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Records waiting to be written, one after the other, in the memory of a {@link BufferFile} or, if
 * there is none, in the process's own, which is laid out in the same way. Not thread safe.
 *
 * <p>Whatever stores to the file's memory throws an {@link InternalError} if the disk refuses the
 * page, perhaps some instructions later.
 */
final class AppendBuffer {

  private ByteBuffer memory;
  private long first;
  private int length;
  private int count;

  private AppendBuffer(ByteBuffer memory) {
    this.memory = memory;
  }

  /** One that outlives the process. */
  static AppendBuffer in(ByteBuffer file) {
    return new AppendBuffer(file);
  }

  /** One that does not, for so many bytes of records. */
  static AppendBuffer inMemory(int limit) {
    return new AppendBuffer(ByteBuffer.allocate(BufferFile.HEADER + limit));
  }

  /** Whether that many bytes can still be added. */
  boolean fits(int more) {
    return more <= memory.capacity() - BufferFile.HEADER - length;
  }

  /** Adds a record, or throws and holds what it held; {@link #fits} has said that it fits. */
  void add(byte[] record, int recordLength) {
    int lengthBefore = length;
    int countBefore = count;
    try {
      memory.put(BufferFile.HEADER + length, record, 0, recordLength);
      length += recordLength;
      count++;
      storeLength();
    } catch (InternalError e) {
      length = lengthBefore;
      count = countBefore;
      throw e;
    }
  }

  /**
   * The compiler must not move the record's bytes behind it, nor what comes next before it. The
   * processor may: what it has begun, it does, whatever becomes of the process.
   */
  private void storeLength() {
    VarHandle.releaseFence();
    memory.putInt(BufferFile.LENGTH_AT, length);
    VarHandle.releaseFence();
  }

  /**
   * Goes on in the process's own memory, with what it holds. The file stays as it is: whatever is
   * in it now is found by the next start, if that needs it.
   *
   * @return how many records are lost, for they cannot be read from the file either
   */
  int leaveFile() {
    if (!isKept()) {
      return 0;
    }
    byte[] bytes = new byte[memory.capacity()];
    ByteBuffer own = ByteBuffer.wrap(bytes);
    int before = count;
    try {
      own.put(BufferFile.HEADER, memory, BufferFile.HEADER, length);
      memory = own;
      keepWhole(bytes);
    } catch (InternalError e) {
      // Nothing touches the file from here on; what has not come along is not whole.
      memory = own;
      keepWhole(bytes);
    }
    return before - count;
  }

  private void keepWhole(byte[] bytes) {
    CRC32C crc = new CRC32C();
    int end = BufferFile.HEADER + length;
    int at = BufferFile.HEADER;
    count = 0;
    int next = RecordFormat.check(bytes, at, end, crc);
    while (next >= 0) {
      at += RecordFormat.HEADER + next;
      count++;
      next = RecordFormat.check(bytes, at, end, crc);
    }
    length = at - BufferFile.HEADER;
  }

  /** The records; valid until the next change. */
  ByteBuffer records() {
    return memory.slice(BufferFile.HEADER, length);
  }

  int length() {
    return length;
  }

  /** How many records. */
  int count() {
    return count;
  }

  /** The sequence of the first record. */
  long first() {
    return first;
  }

  /** The sequence after the last record. */
  long end() {
    return first + count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Whether it outlives the process. */
  boolean isKept() {
    return memory.isDirect();
  }

  /** Takes everything out. */
  void clear() {
    length = 0;
    count = 0;
    storeLength();
  }

  /**
   * Tells which sequence the first record will have.
   *
   * @throws IllegalStateException if there is one already
   */
  void begin(long sequence) {
    if (!isEmpty()) {
      throw new IllegalStateException("a buffer that holds " + count + " records is not begun");
    }
    first = sequence;
    memory.putLong(BufferFile.FIRST_AT, sequence);
  }
}
