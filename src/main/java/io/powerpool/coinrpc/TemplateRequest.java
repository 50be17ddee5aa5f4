package io.powerpool.coinrpc;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What {@code getblocktemplate} is asked with (BIP 22, 23, 9).
 *
 * @param rules the deployments that we understand; a node refuses if one that matters is missing
 * @param longPollId of the template that we have, or null to be answered at once
 */
public record TemplateRequest(List<String> rules, String longPollId) {

  public TemplateRequest {
    rules = List.copyOf(rules);
  }

  /** The same request, answered only when there is other work than this. */
  public TemplateRequest after(String knownLongPollId) {
    return new TemplateRequest(rules, knownLongPollId);
  }

  JsonArray toParams() {
    JsonObject request = new JsonObject().put("rules", new JsonArray(rules));
    if (longPollId != null) {
      request.put("longpollid", longPollId);
    }
    return new JsonArray().add(request);
  }
}
