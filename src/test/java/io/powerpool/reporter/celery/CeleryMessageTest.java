package io.powerpool.reporter.celery;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.powerpool.testing.Fixtures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our messages are those that a real Celery has sent for the same calls (see its README.txt). */
class CeleryMessageTest {

  private static final JsonObject CAPTURES =
      Fixtures.json("/celery/celery_5.2.6_messages.json").getJsonObject("amqp");

  /** For people only: Python's way to write texts, and the process and host. */
  private static final Set<String> IN_OTHER_WORDS = Set.of("argsrepr", "kwargsrepr", "origin");

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void version1IsAsCeleryWritesIt(int number) {
    JsonObject capture = CAPTURES.getJsonArray("proto1").getJsonObject(number);
    JsonObject body = new JsonObject(capture.getString("body"));
    CeleryMessage ours =
        CeleryMessage.version1(
            body.getString("task"),
            body.getString("id"),
            body.getJsonArray("args"),
            body.getJsonObject("kwargs"));
    // Celery 5 adds two to the fields of its protocol's description.
    body.remove("group");
    body.remove("group_index");
    JsonObject written = new JsonObject(Buffer.buffer(ours.body()));
    assertThat(written).isEqualTo(body);
    assertThat(written.fieldNames()).containsExactlyElementsOf(body.fieldNames());
    assertProperties(ours, capture.getJsonObject("properties"));
    assertThat(ours.properties().getHeaders()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void version2IsAsCeleryWritesIt(int number) {
    JsonObject capture = CAPTURES.getJsonArray("proto2").getJsonObject(number);
    JsonArray body = new JsonArray(capture.getString("body"));
    JsonObject properties = capture.getJsonObject("properties");
    JsonObject headers = properties.getJsonObject("application_headers");
    CeleryMessage ours =
        CeleryMessage.version2(
            headers.getString("task"),
            headers.getString("id"),
            body.getJsonArray(0),
            body.getJsonObject(1),
            "powerpool");
    assertThat(new JsonArray(Buffer.buffer(ours.body()))).isEqualTo(body);
    assertProperties(ours, properties);
    Map<String, Object> written = ours.properties().getHeaders();
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(headers.fieldNames());
    JsonObject comparable = new JsonObject(Buffer.buffer(new JsonObject(written).encode()));
    IN_OTHER_WORDS.forEach(
        name -> {
          comparable.remove(name);
          headers.remove(name);
        });
    assertThat(comparable).isEqualTo(headers);
  }

  private static void assertProperties(CeleryMessage ours, JsonObject theirs) {
    BasicProperties properties = ours.properties();
    assertThat(properties.getContentType()).isEqualTo(theirs.getString("content_type"));
    assertThat(properties.getContentEncoding()).isEqualTo(theirs.getString("content_encoding"));
    assertThat(properties.getDeliveryMode()).isEqualTo(theirs.getInteger("delivery_mode"));
    assertThat(properties.getPriority()).isEqualTo(theirs.getInteger("priority"));
    assertThat(properties.getCorrelationId()).isEqualTo(theirs.getString("correlation_id"));
  }
}
