package io.powerpool.reporter.celery;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call of a task, as it stands in a Celery worker's queue.
 *
 * @param id the task's id
 * @param properties durable, with what the protocol has in headers
 * @param body JSON in UTF-8; never changed
 */
// Made, sent and forgotten: never compared.
@SuppressWarnings("ArrayRecordComponent")
record CeleryMessage(String id, BasicProperties properties, byte[] body) {

  private static final int PERSISTENT = 2;

  /**
   * Protocol 1, which every Celery up to 5 reads (celery/docs/internals/protocol.rst): everything
   * in the body.
   */
  static CeleryMessage version1(String task, String id, JsonArray args, JsonObject kwargs) {
    JsonObject body =
        new JsonObject()
            .put("task", task)
            .put("id", id)
            .put("args", args)
            .put("kwargs", kwargs)
            .put("retries", 0)
            .putNull("eta")
            .putNull("expires")
            .put("utc", true)
            .putNull("callbacks")
            .putNull("errbacks")
            .put("timelimit", new JsonArray().addNull().addNull())
            .putNull("taskset")
            .putNull("chord");
    return message(id, Map.of(), body.encode());
  }

  /**
   * Protocol 2, since Celery 4: metadata in headers, of which a worker needs the task and the id,
   * and a body of exactly three elements.
   *
   * @param origin who sends it, for people
   */
  static CeleryMessage version2(
      String task, String id, JsonArray args, JsonObject kwargs, String origin) {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("lang", "py");
    headers.put("task", task);
    headers.put("id", id);
    headers.put("shadow", null);
    headers.put("eta", null);
    headers.put("expires", null);
    headers.put("group", null);
    headers.put("group_index", null);
    headers.put("retries", 0);
    headers.put("timelimit", Arrays.asList(null, null));
    headers.put("root_id", id);
    headers.put("parent_id", null);
    headers.put("argsrepr", args.encode());
    headers.put("kwargsrepr", kwargs.encode());
    headers.put("origin", origin);
    headers.put("ignore_result", false);
    JsonObject embed =
        new JsonObject().putNull("callbacks").putNull("errbacks").putNull("chain").putNull("chord");
    return message(id, headers, new JsonArray().add(args).add(kwargs).add(embed).encode());
  }

  private static CeleryMessage message(String id, Map<String, Object> headers, String body) {
    BasicProperties properties =
        new BasicProperties.Builder()
            // A worker refuses or even dies of messages without a type.
            .contentType("application/json")
            .contentEncoding("utf-8")
            .headers(headers)
            .deliveryMode(PERSISTENT)
            .priority(0)
            .correlationId(id)
            .build();
    return new CeleryMessage(id, properties, body.getBytes(StandardCharsets.UTF_8));
  }
}
