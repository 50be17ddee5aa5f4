package io.powerpool.stratum.v1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The id of a request as the miner spelled it, to be sent back unchanged. The reader's own is valid
 * during the call only; who answers later takes a {@link #copy}.
 */
final class RequestId {

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private byte[] bytes = NULL;
  private int from;
  private int length = NULL.length;

  /** An id for a request without one. */
  static RequestId none() {
    return new RequestId();
  }

  void clear() {
    set(NULL, 0, NULL.length);
  }

  void set(byte[] source, int from, int length) {
    this.bytes = source;
    this.from = from;
    this.length = length;
  }

  void set(String json) {
    byte[] encoded = json.getBytes(StandardCharsets.UTF_8);
    set(encoded, 0, encoded.length);
  }

  RequestId copy() {
    RequestId copy = new RequestId();
    copy.set(Arrays.copyOfRange(bytes, from, from + length), 0, length);
    return copy;
  }

  void write(LineSink out) {
    out.raw(bytes, from, length);
  }

  @Override
  public String toString() {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
