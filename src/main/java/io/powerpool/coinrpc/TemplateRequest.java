package io.powerpool.coinrpc;

import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TemplatePayments;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What {@code getblocktemplate} is asked with (BIP 22, 23, 9).
 *
 * @param rules the deployments that we understand; a node refuses if one that matters is missing
 * @param payments where the answer names outputs that the coinbase must have
 * @param longPollId of the template that we have, or null to be answered at once
 */
public record TemplateRequest(List<String> rules, TemplatePayments payments, String longPollId) {

  public TemplateRequest {
    rules = List.copyOf(rules);
  }

  /** What a coin's servers are asked with, to be answered at once. */
  public static TemplateRequest of(Coin coin) {
    return new TemplateRequest(coin.templateRules(), coin.templatePayments(), null);
  }

  /** The same request, answered only when there is other work than this. */
  public TemplateRequest after(String knownLongPollId) {
    return new TemplateRequest(rules, payments, knownLongPollId);
  }

  JsonArray toParams() {
    JsonObject request = new JsonObject().put("rules", new JsonArray(rules));
    if (longPollId != null) {
      request.put("longpollid", longPollId);
    }
    return new JsonArray().add(request);
  }

  /** The template that a server answered with. */
  BlockTemplate read(Object result) {
    return TemplateReader.read(result, payments);
  }
}
