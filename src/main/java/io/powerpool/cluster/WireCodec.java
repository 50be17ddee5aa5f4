package io.powerpool.cluster;

/**
 * How one type of message travels between nodes.
 *
 * @param <T> an immutable type: within a node the object itself is handed over
 */
public interface WireCodec<T> {

  /** Unique among the codecs; part of what crosses the wire. */
  String name();

  /** The version that {@link #write} writes; read back as the first byte. */
  int version();

  void write(T message, WireWriter out);

  /**
   * Reads what {@link #write} of this version or an earlier one wrote.
   *
   * @param version of the bytes
   * @throws IllegalArgumentException if the bytes are no such message
   */
  T read(int version, WireReader in);

  /**
   * Reads the version byte and what follows. Nodes of two adjacent versions work together while a
   * cluster is upgraded, so a new version only ever adds to the end, and what the next version has
   * added is passed over; what a later one wrote is refused.
   */
  default T readVersioned(WireReader in) {
    int version = in.u8();
    if (version < 1 || version > version() + 1) {
      throw new IllegalArgumentException(
          name() + " message of version " + version + ", known up to " + (version() + 1));
    }
    return read(Math.min(version, version()), in);
  }
}
