package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hex;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The fields of an object that a coin server sent, read with suspicion: what is missing or absurd
 * is an {@link IllegalArgumentException} that names the field, its value and what was expected. A
 * field that is null counts as missing.
 */
final class JsonFields {

  private static final int SHOWN_CHARS = 60;
  private static final int LONGEST_REASON = 160;

  private final JsonObject json;
  private final String path;

  private JsonFields(JsonObject json, String path) {
    this.json = json;
    this.path = path;
  }

  /** The fields of this value, which is called so where anything is wrong with it. */
  static JsonFields of(Object value, String name) {
    if (value instanceof JsonObject object) {
      return new JsonFields(object, "");
    }
    throw fault(name, "an object", value);
  }

  List<String> names() {
    return List.copyOf(json.fieldNames());
  }

  boolean has(String key) {
    return json.getValue(key) != null;
  }

  /** The name of a field as it is seen from the outermost object. */
  String name(String key) {
    return path + key;
  }

  /** The value of whatever type; null if there is none. */
  Object value(String key) {
    return json.getValue(key);
  }

  String text(String key) {
    return optionalText(key).orElseThrow(() -> fault(name(key), "a text", null));
  }

  Optional<String> optionalText(String key) {
    Object value = json.getValue(key);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw fault(name(key), "a text", value);
  }

  /** A whole number from {@code min} to {@code max}. */
  long number(String key, long min, long max) {
    Object value = json.getValue(key);
    if (!(value instanceof Integer || value instanceof Long)
        || ((Number) value).longValue() < min
        || ((Number) value).longValue() > max) {
      throw fault(name(key), "a whole number from " + min + " to " + max, value);
    }
    return ((Number) value).longValue();
  }

  long number(String key, long otherwise, long min, long max) {
    return has(key) ? number(key, min, max) : otherwise;
  }

  /** What the reader makes of a text; its complaint names the field. */
  <T> T read(String key, Function<String, T> reader) {
    return read(name(key), text(key), reader);
  }

  /** What the reader makes of the first text in a list; empty if there is none. */
  <T> Optional<T> readFirst(String key, Function<String, T> reader) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!(json.getValue(key) instanceof JsonArray list)) {
      throw fault(name(key), "a list of texts", json.getValue(key));
    }
    if (list.isEmpty()) {
      return Optional.empty();
    }
    String name = name(key) + "[0]";
    if (list.getValue(0) instanceof String text) {
      return Optional.of(read(name, text, reader));
    }
    throw fault(name, "a text", list.getValue(0));
  }

  byte[] bytes(String key) {
    return read(key, Hex::decode);
  }

  Optional<byte[]> optionalBytes(String key) {
    return has(key) ? Optional.of(bytes(key)) : Optional.empty();
  }

  Optional<JsonFields> object(String key) {
    Object value = json.getValue(key);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(inner(value, name(key)));
  }

  /** Objects in a list. */
  List<JsonFields> objects(String key) {
    if (!(json.getValue(key) instanceof JsonArray array)) {
      throw fault(name(key), "a list of objects", json.getValue(key));
    }
    List<JsonFields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      objects.add(inner(array.getValue(i), name(key) + "[" + i + "]"));
    }
    return objects;
  }

  /** A complaint about a field. */
  static IllegalArgumentException fault(String name, String expected, Object value) {
    return new IllegalArgumentException(
        name
            + " must be "
            + expected
            + ", "
            + (value == null ? "is missing" : "was " + show(value)));
  }

  private static <T> T read(String name, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + shorten(e.getMessage(), LONGEST_REASON), e);
    }
  }

  private static JsonFields inner(Object value, String name) {
    if (value instanceof JsonObject object) {
      return new JsonFields(object, name + ".");
    }
    throw fault(name, "an object", value);
  }

  private static String show(Object value) {
    if (value instanceof JsonObject) {
      return "an object";
    }
    if (value instanceof JsonArray array) {
      return "a list of " + array.size();
    }
    return shorten(value.toString(), SHOWN_CHARS);
  }

  private static String shorten(String text, int length) {
    String start = text.length() <= length ? text : text.substring(0, length) + "…";
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
