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
 * @param algorithm the second argument, for coins with several proof-of-work functions; may be
 *     empty
 * @param payments where the answer names outputs that the coinbase must have
 * @param longPollId of the template that we have, or null to be answered at once
 */
public record TemplateRequest(
    List<String> rules, String algorithm, TemplatePayments payments, String longPollId) {

  public TemplateRequest {
    rules = List.copyOf(rules);
  }

  /** What a coin's servers are asked with, to be answered at once. */
  public static TemplateRequest of(Coin coin) {
    return new TemplateRequest(
        coin.templateRules(), coin.templateAlgorithm(), coin.templatePayments(), null);
  }

  /** The same request, answered only when there is other work than this. */
  public TemplateRequest after(String knownLongPollId) {
    return new TemplateRequest(rules, algorithm, payments, knownLongPollId);
  }

  JsonArray toParams() {
    JsonObject request = new JsonObject().put("rules", new JsonArray(rules));
    if (longPollId != null) {
      request.put("longpollid", longPollId);
    }
    JsonArray params = new JsonArray().add(request);
    return algorithm.isEmpty() ? params : params.add(algorithm);
  }

  /** A question about a block in place of one for a template. */
  JsonArray toProposal(String blockHex) {
    return new JsonArray()
        .add(
            new JsonObject()
                .put("mode", "proposal")
                .put("data", blockHex)
                .put("rules", new JsonArray(rules)));
  }

  /** The template that a server answered with. */
  BlockTemplate read(Object result) {
    return TemplateReader.read(result, payments);
  }
}
