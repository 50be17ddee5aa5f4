package io.powerpool.testing;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Files of recorded data among the test resources. */
public final class Fixtures {

  private Fixtures() {}

  /** The object in a file, such as {@code /litecoin/01_height2_empty.json}. */
  public static JsonObject json(String resource) {
    return new JsonObject(Buffer.buffer(bytes(resource)));
  }

  /** The text of a file, without blanks around it. */
  public static String text(String resource) {
    return new String(bytes(resource), StandardCharsets.UTF_8).strip();
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Fixtures.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
