package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Hides what looks like a secret in settings that are to be shown. The settings come here with
 * secrets hidden already; this catches one that somebody read as an ordinary text, and credentials
 * inside an address ({@code amqp://user:password@host}).
 */
final class SecretMask {
  private static final String HIDDEN = "****";
  private static final Pattern SECRET_KEY =
      Pattern.compile("pass|secret|token|cookie|credential|private|api_?key");
  private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)[^/@\\s]*:[^/\\s]*@");

  private SecretMask() {}

  static JsonObject hide(JsonObject settings) {
    JsonObject shown = new JsonObject();
    for (String key : settings.fieldNames()) {
      Object value = settings.getValue(key);
      boolean secret = SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
      boolean plain = !(value instanceof JsonObject) && !(value instanceof JsonArray);
      shown.put(key, secret && plain && value != null ? HIDDEN : hide(value));
    }
    return shown;
  }

  private static Object hide(Object value) {
    if (value instanceof JsonObject object) {
      return hide(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray shown = new JsonArray();
      array.forEach(item -> shown.add(hide(item)));
      return shown;
    }
    if (value instanceof String text) {
      return CREDENTIALS.matcher(text).replaceAll(HIDDEN + "@");
    }
    return value;
  }
}
