package io.powerpool.cluster;

import io.vertx.core.json.JsonObject;

/**
 * What a verticle tells of itself, about once a second.
 *
 * @param node the node it runs on
 * @param component its name in the configuration's terms: "stratum_3333", "LTC", "ledger"
 * @param instance tells the instances of one component on one node apart, from 0
 * @param type what it is: "stratum", "jobmanager", "reporter", "journal", "signal", "settings",
 *     "node", "process"
 * @param epochMillis when, in milliseconds since 1970
 * @param body PowerPool's field names where PowerPool has them; nobody changes it
 */
public record StatusReport(
    String node, String component, int instance, String type, long epochMillis, JsonObject body) {}
