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

  /** The header of Litecoin's block 20000 (see algorithm/pow-vectors.txt). */
  public static final String LITECOIN_20000 =
      "010000006bce902b61adcac03429993a51deaaff5229d21453af96d5a1425ba956edeebec3c4551556f8340c"
          + "fd54292411a8f2c1d6a4f2444651619fcad4708aefc0c020c6f4a94e678a041d81590000";

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
