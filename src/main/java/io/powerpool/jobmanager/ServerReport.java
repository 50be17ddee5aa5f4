package io.powerpool.jobmanager;

import io.powerpool.coinrpc.CoinServerStatus;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.ServerState;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What statistics have of a coin's servers, under PowerPool's names. */
final class ServerReport {

  private ServerReport() {}

  /** Adds the servers to a status. */
  static JsonObject addTo(JsonObject status, CoinServers servers) {
    JsonObject coinservers = new JsonObject();
    int live = 0;
    List<CoinServerStatus> all = servers.status();
    for (CoinServerStatus server : all) {
      live += server.state() == ServerState.DOWN ? 0 : 1;
      JsonObject entry = toJson(server);
      servers.announcements(server.name()).ifPresent(heard -> entry.put("zmq", heard));
      coinservers.put(server.name(), entry);
    }
    return status
        .put("live_coinservers", live)
        .put("down_coinservers", all.size() - live)
        .put("coinservers", coinservers);
  }

  private static JsonObject toJson(CoinServerStatus server) {
    return new JsonObject()
        .put("status", server.state().label())
        .put("priority", server.priority())
        .put("height", server.height())
        .put("last_rtt", server.latencyMillis() / 1000)
        .put("last_error", server.lastError())
        .put("last_error_time", server.lastErrorMillis() / 1000)
        .put("since", server.sinceMillis() / 1000);
  }
}
