package io.powerpool.cluster;

import io.powerpool.config.Section;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Mutual TLS between the nodes' event buses: each end shows a certificate that the other trusts.
 * Which node or address a certificate is for is not looked at.
 *
 * @param certificate this node's certificates, the own one first; a PEM file
 * @param key its private key; a PEM file
 * @param trusted who may have signed the other nodes' certificates; a PEM file
 */
public record BusTls(String certificate, String key, String trusted) {

  /** Of PKCS 8 and the older forms that Vert.x reads. */
  private static final Pattern KEY = Pattern.compile("-----BEGIN (RSA |EC )?PRIVATE KEY-----");

  /**
   * Reads {@code certificate}, {@code key} and {@code trusted}: all of them, or none for no TLS.
   */
  static Optional<BusTls> from(Section section) {
    Optional<String> certificate = section.optionalString("certificate");
    Optional<String> key = section.optionalString("key");
    Optional<String> trusted = section.optionalString("trusted");
    if (certificate.isEmpty() && key.isEmpty() && trusted.isEmpty()) {
      return Optional.empty();
    }
    checkCertificates(section, "certificate", certificate);
    checkKey(section, key);
    checkCertificates(section, "trusted", trusted);
    return Optional.of(new BusTls(certificate.orElse(""), key.orElse(""), trusted.orElse("")));
  }

  /** Notes a fault if it is no PEM file of certificates that can be read. */
  public static void checkCertificates(Section section, String name, Optional<String> file) {
    String expected = "a PEM file of certificates that can be read";
    if (file.isEmpty()) {
      section.fault(name, null, expected);
      return;
    }
    try (InputStream in = Files.newInputStream(Path.of(file.get()))) {
      if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        section.fault(name, file.get(), expected);
      }
    } catch (IOException | CertificateException e) {
      section.fault(name, file.get(), expected);
    }
  }

  private static void checkKey(Section section, Optional<String> file) {
    String expected = "a PEM file with an unencrypted private key that can be read";
    try {
      if (file.isEmpty() || !KEY.matcher(Files.readString(Path.of(file.get()))).find()) {
        section.fault("key", file.orElse(null), expected);
      }
    } catch (IOException e) {
      section.fault("key", file.orElse(null), expected);
    }
  }

  void applyTo(EventBusOptions bus) {
    bus.setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(new PemKeyCertOptions().setCertPath(certificate).setKeyPath(key))
        .setTrustOptions(new PemTrustOptions().addCertPath(trusted));
  }
}
