package io.powerpool.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** Certificates that sign themselves, made by the JDK's keytool. */
public final class Certificates {

  private static final String PASSWORD = "changeit";

  private Certificates() {}

  /** Writes {@code NAME.crt} and {@code NAME.key} into a folder, as PEM. */
  public static void make(Path folder, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    make(folder, name, "dns:" + name);
  }

  /**
   * The same for other names.
   *
   * @param names as keytool has them for the extension SAN, such as {@code ip:127.0.0.1}
   */
  public static void make(Path folder, String name, String names)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=" + names,
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Files.writeString(
        folder.resolve(name + ".crt"), pem("CERTIFICATE", store.getCertificate(name).getEncoded()));
    Files.writeString(
        folder.resolve(name + ".key"),
        pem("PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded()));
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(content)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
