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
   * Reads what {@link #write} of this or an adjacent version wrote.
   *
   * @param version of the bytes
   * @throws IllegalArgumentException if the bytes are no such message
   */
  T read(int version, WireReader in);

  /** Reads the version byte and what follows; refuses what a later version wrote. */
  default T readVersioned(WireReader in) {
    int version = in.u8();
    if (version < 1 || version > version()) {
      throw new IllegalArgumentException(
          name() + " message of version " + version + ", known up to " + version());
    }
    return read(version, in);
  }
}
