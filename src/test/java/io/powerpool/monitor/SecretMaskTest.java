package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class SecretMaskTest {

  @Test
  void hidesSecretsInSettings() {
    JsonObject settings =
        new JsonObject()
            .put("port", 3333)
            .put("rpc_password", "hunter2")
            .put("api_key", "k")
            .put("donate_key", "donate")
            .put("url", "amqp://guest:hunter2@queue:5672/")
            .put("servers", new JsonArray().add(new JsonObject().put("Password", "hunter2")))
            .put("tokens", new JsonObject().put("inner", "shown"));
    JsonObject shown = SecretMask.hide(settings);
    assertThat(shown.encode()).doesNotContain("hunter2");
    assertThat(shown.getInteger("port")).isEqualTo(3333);
    assertThat(shown.getString("url")).isEqualTo("amqp://****@queue:5672/");
    assertThat(shown.getString("api_key")).isEqualTo("****");
    assertThat(shown.getString("donate_key")).isEqualTo("donate");
  }
}
