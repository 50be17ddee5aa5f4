package io.powerpool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A rig agent's socket. */
public final class FakeAgent implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;
  private final BufferedReader reader;

  public FakeAgent(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  public void write(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The answer; null if the connection has ended. */
  public String ask(String line) throws IOException {
    write(line);
    return reader.readLine();
  }

  /** The answer to an authentication. */
  public String authenticate(String user) throws IOException {
    return ask("{\"method\":\"worker.authenticate\",\"params\":[\"" + user + "\"]}");
  }

  /**
   * Says what is said in a file, and expects to be answered as it is answered there.
   *
   * @param address put in for ADDRESS
   */
  public void replay(String resource, String address) throws IOException {
    for (String line : Fixtures.text(resource).lines().toList()) {
      if (line.startsWith(">")) {
        write(line.substring(1).strip().replace("ADDRESS", address));
      } else if (line.startsWith("<")) {
        assertThat(reader.readLine()).isEqualTo(line.substring(1).strip());
      }
    }
  }

  /** Whether nothing comes for so long. */
  public boolean silentFor(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return reader.read() < 0;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  /** Whether the other side hangs up, with nothing more to say. */
  public boolean closed() throws IOException {
    try {
      return reader.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
