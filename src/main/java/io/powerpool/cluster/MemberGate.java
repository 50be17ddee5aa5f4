package io.powerpool.cluster;

import com.hazelcast.nio.MemberSocketInterceptor;
import io.powerpool.config.Secret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before Hazelcast's link between members: both ends prove that they know the cluster's
 * secret before a single byte reaches Hazelcast. What follows is neither encrypted nor protected
 * from somebody on the wire between them.
 *
 * <pre>
 * acceptor → connector   32 random bytes
 * connector → acceptor   32 random bytes, HMAC-SHA256(key, "connect" + both)
 * acceptor → connector   HMAC-SHA256(key, "accept" + both)
 * </pre>
 *
 * <p>The key is HMAC-SHA256 of the cluster's name with the secret as key; "both" is the acceptor's
 * random bytes before the connector's. Thread safe.
 */
final class MemberGate implements MemberSocketInterceptor {

  private static final Logger log = LoggerFactory.getLogger(MemberGate.class);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  /** So long the other end may take, which on a live network answers within milliseconds. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /**
   * So many of the 16 threads of Hazelcast's executor "hz:io" may wait for answers; the others are
   * left to this member's own connections.
   */
  private static final int AT_A_TIME = 12;

  /** And so many for one address: a stranger that says nothing must not keep members out. */
  private static final int OF_AN_ADDRESS = 3;

  private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongAdder refusals = new LongAdder();
  private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - 2 * TELL_NANOS);
  private final SecureRandom random = new SecureRandom();
  private final Map<InetAddress, Integer> accepting = new HashMap<>();
  private int acceptingAll;
  private final SecretKeySpec key;

  MemberGate(Secret secret, String clusterName) {
    byte[] shared = secret.value().getBytes(StandardCharsets.UTF_8);
    byte[] name = clusterName.getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(hmac(new SecretKeySpec(shared, ALGORITHM), name), ALGORITHM);
  }

  /** Of Hazelcast's own properties: nothing here is from there. */
  @Override
  public void init(Properties properties) {}

  @Override
  public void onAccept(Socket socket) throws IOException {
    InetAddress address = socket.getInetAddress();
    if (!begin(address)) {
      throw refused(socket, "too many others are being asked");
    }
    try {
      byte[] mine = nonce();
      Reader reader = new Reader(socket);
      socket.getOutputStream().write(mine);
      byte[] theirs = reader.read();
      byte[] proof = reader.read();
      if (!MessageDigest.isEqual(proof, proof("connect", mine, theirs))) {
        throw refused(socket, "it does not know cluster.secret");
      }
      socket.getOutputStream().write(proof("accept", mine, theirs));
      reader.close();
    } finally {
      end(address);
    }
  }

  private boolean begin(InetAddress address) {
    synchronized (accepting) {
      int others = accepting.getOrDefault(address, 0);
      if (acceptingAll >= AT_A_TIME || others >= OF_AN_ADDRESS) {
        return false;
      }
      accepting.put(address, others + 1);
      acceptingAll++;
      return true;
    }
  }

  private void end(InetAddress address) {
    synchronized (accepting) {
      acceptingAll--;
      accepting.computeIfPresent(address, (same, asked) -> asked > 1 ? asked - 1 : null);
    }
  }

  @Override
  public void onConnect(Socket socket) throws IOException {
    byte[] mine = nonce();
    Reader reader = new Reader(socket);
    byte[] theirs = reader.read();
    socket.getOutputStream().write(join(mine, proof("connect", theirs, mine)));
    if (!MessageDigest.isEqual(reader.read(), proof("accept", theirs, mine))) {
      throw refused(socket, "it does not know cluster.secret");
    }
    reader.close();
  }

  private byte[] nonce() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] proof(String role, byte[] acceptors, byte[] connectors) {
    return hmac(key, join(role.getBytes(StandardCharsets.US_ASCII), join(acceptors, connectors)));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] hmac(SecretKeySpec key, byte[] text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Says so now and then: strangers must not fill the log. */
  private IOException refused(Socket socket, String why) {
    IOException refusal = new RefusedException(socket.getRemoteSocketAddress() + ": " + why);
    long now = System.nanoTime();
    long last = toldNanos.get();
    refusals.increment();
    if (now - last > TELL_NANOS && toldNanos.compareAndSet(last, now)) {
      log.warn(
          "no member of this cluster at {} ({} such refusals so far)",
          refusal.getMessage(),
          refusals.sum());
    }
    return refusal;
  }

  /** Reads blocks of {@link #BYTES} bytes until the time is up, however slowly they come. */
  private final class Reader {
    private final Socket socket;
    private final InputStream in;
    private final long endNanos = System.nanoTime() + LIMIT.toNanos();

    Reader(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
    }

    byte[] read() throws IOException {
      byte[] bytes = new byte[BYTES];
      int have = 0;
      while (have < BYTES) {
        long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          throw refused(socket, "it says nothing");
        }
        socket.setSoTimeout((int) leftMillis);
        try {
          int read = in.read(bytes, have, BYTES - have);
          if (read < 0) {
            throw new EOFException();
          }
          have += read;
        } catch (SocketTimeoutException e) {
          throw refused(socket, "it says nothing");
        } catch (EOFException e) {
          throw refused(socket, "it hung up; its cluster.secret may be another");
        }
      }
      return bytes;
    }

    /** Leaves the socket as Hazelcast wants it. */
    void close() throws IOException {
      socket.setSoTimeout(0);
    }
  }

  /** Without a stack trace, which would only lead to Hazelcast. */
  private static final class RefusedException extends IOException {

    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
