package io.powerpool.coinrpc;

import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * The value of the Authorization header: from the user name and password configured, or from the
 * cookie file that a node writes anew at each start ({@code user:password} on one line).
 */
final class RpcCredentials {

  private final Vertx vertx;
  private final Optional<Path> cookieFile;
  private Optional<String> header;

  RpcCredentials(Vertx vertx, CoinServerOptions server) {
    this.vertx = vertx;
    this.cookieFile = server.cookieFile();
    this.header =
        cookieFile.isPresent()
            ? Optional.empty()
            : Optional.of(
                basic(server.username() + ":" + server.password().map(p -> p.value()).orElse("")));
  }

  Future<String> header() {
    return header.map(Future::succeededFuture).orElseGet(this::reload);
  }

  /** Whether {@link #reload} could bring anything new. */
  boolean mayHaveChanged() {
    return cookieFile.isPresent();
  }

  Future<String> reload() {
    String file = cookieFile.map(Path::toString).orElseThrow();
    return vertx
        .fileSystem()
        .readFile(file)
        .map(
            content -> {
              String value = basic(content.toString(StandardCharsets.UTF_8).strip());
              header = Optional.of(value);
              return value;
            })
        .recover(
            failure ->
                Future.failedFuture(
                    CoinRpcException.of(
                        Kind.UNAUTHORIZED,
                        "cookie file " + file + " cannot be read; is the node running?",
                        failure)));
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }
}
