package io.powerpool.reporter.celery;

import io.powerpool.cluster.BusTls;
import io.powerpool.config.Section;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS to the broker, which must show a certificate for the address that we turn to.
 *
 * @param trusted who may have signed it, or the certificate itself: a PEM file; empty for those
 *     that the JVM trusts
 */
record BrokerTls(Optional<String> trusted) {

  /** What names in certificates are compared by: RFC 2818, as the JDK calls it. */
  private static final String NAMES = "HTTPS";

  /** Reads {@code enabled} and {@code trusted}; nothing if it is not enabled. */
  static Optional<BrokerTls> from(Section section) {
    boolean enabled = section.flag("enabled", false);
    Optional<String> trusted =
        Optional.of(section.string("trusted", "")).filter(file -> !file.isEmpty());
    if (enabled && trusted.isPresent()) {
      BusTls.checkCertificates(section, "trusted", trusted);
    }
    return enabled ? Optional.of(new BrokerTls(trusted)) : Optional.empty();
  }

  /** For a client that compares no names by itself. Reads the file. */
  TrustManager trustManager() throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted.isPresent() ? store(Path.of(trusted.get())) : null);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(manager -> new NameChecking((X509ExtendedTrustManager) manager))
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("this JVM checks no certificates"));
  }

  /** The same for sockets. Reads the file. */
  SSLContext context() throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trustManager()}, null);
    return context;
  }

  private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted" + count++, each);
      }
    }
    return store;
  }

  /** Has the JDK compare the server's names too: RabbitMQ's client does not by default. */
  private static final class NameChecking extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager trusting;

    NameChecking(X509ExtendedTrustManager trusting) {
      this.trusting = trusting;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      if (!(socket instanceof SSLSocket secured)) {
        throw new CertificateException("the connection is not secured");
      }
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(NAMES);
      secured.setSSLParameters(parameters);
      trusting.checkServerTrusted(chain, type, secured);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm(NAMES);
      engine.setSSLParameters(parameters);
      trusting.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no name to compare with");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("we are no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("we are no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("we are no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trusting.getAcceptedIssuers();
    }
  }
}
