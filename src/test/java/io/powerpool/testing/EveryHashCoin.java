package io.powerpool.testing;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * A coin for pools that run as processes of their own: at {@code start_difficulty: 1e-9} every hash
 * is a share, and blocks are never found.
 */
public final class EveryHashCoin {

  public static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

  private final int port;

  /** Starts its chain. */
  public EveryHashCoin(Vertx vertx) {
    DevChain chain =
        new DevChain(
            DevChainOptions.regtest().withFixedBits(CompactBits.ofHex("1d00ffff")),
            System.currentTimeMillis() - 60_000);
    DevChainServer server =
        new DevChainServer(
            DevChainServerOptions.local(0, "user", "secret"), chain, Clock.systemUTC(), tip -> {});
    vertx
        .deployVerticle(server)
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
    port = server.port();
  }

  /** The section {@code coins} of a configuration, for ports with {@code coin: DEV}. */
  public String configuration() {
    return """
        coins:
          DEV: {definition: devchain,
            difficulty_one: "0000ffff00000000000000000000000000000000000000000000000000000000",
            pool_address: %s,
            servers: [{port: %d, username: user, password: secret}]}
        """
        .formatted(ADDRESS, port);
  }

  /**
   * Shares in an embedded ledger.
   *
   * @param data the pool's {@code data_dir}
   * @param verdicts what is said of them in SQL, such as {@code = 'accepted'}
   */
  public static long shares(Path data, String verdicts) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + data.resolve("ledger.db"));
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT SUM(shares) FROM share_minutes WHERE verdict " + verdicts)) {
      row.next();
      return row.getLong(1);
    }
  }
}
